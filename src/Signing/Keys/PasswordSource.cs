using System.Diagnostics.CodeAnalysis;

namespace OpenGradient.Signing.Keys;

/// <summary>Where a keystore's password comes from. Holds no password itself.</summary>
public abstract record PasswordSource
{
    private PasswordSource()
    {
    }

    /// <summary>A file with the password alone in it.</summary>
    public sealed record InFile(string Path) : PasswordSource;

    /// <summary>Whatever the function gives, such as a variable of the environment or what a person types; null where there is nothing.</summary>
    /// <param name="Place">What to call it, such as the variable's name.</param>
    /// <param name="Read">Called once for each opening.</param>
    public sealed record Asked(string Place, Func<SecretPassword?> Read) : PasswordSource
    {
        public override string ToString() => Place;
    }

    /// <summary>Reads it; the password is the caller's to dispose of. Why there is none stands in <paramref name="refusal"/>.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The password goes to whoever asked.")]
    internal SecretPassword? TryRead(out KeyOpening.Refused? refusal)
    {
        refusal = null;
        switch (this)
        {
            case InFile(var path):
                try
                {
                    if (SecretPassword.ReadFile(path) is { } password)
                        return password;
                    refusal = new($"{path} holds no password.", $"Put it into one line of UTF-8, at most {SecretPassword.MaxBytes} bytes.");
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    refusal = new($"The password cannot be read: {failure.Message}", "Name a file that this user may read.");
                }

                return null;
            case Asked(var place, var read):
                var given = read();
                if (given is null)
                    refusal = new($"There is no password in {place}.", "Set it, or name a file with the password.");
                return given;
            default:
                throw new InvalidOperationException("Unknown source of a password.");
        }
    }
}
