using System.Buffers;
using OpenGradient.Signing.Keys;
using Spectre.Console;

namespace OpenGradient.Cli.Terminal;

/// <summary>Asks a person for a secret, without showing it.</summary>
internal static class SecretPrompt
{
    private const int MaxLength = 1024;

    /// <summary>What is typed until Enter; null where there is no terminal, or nobody types.</summary>
    public static SecretPassword? Ask(IAnsiConsole console, string question)
    {
        if (Console.IsInputRedirected || !console.Profile.Out.IsTerminal)
            return null;

        console.Write(new Text(question));
        var letters = ArrayPool<char>.Shared.Rent(MaxLength);
        var length = 0;
        try
        {
            while (console.Input.ReadKey(intercept: true) is { } key && key.Key != ConsoleKey.Enter)
            {
                if (key.Key == ConsoleKey.Backspace)
                    length = Math.Max(0, length - 1);
                else if (!char.IsControl(key.KeyChar) && length < MaxLength)
                    letters[length++] = key.KeyChar;
            }

            console.WriteLine();
            return new SecretPassword(letters.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(letters, clearArray: true);
        }
    }
}
