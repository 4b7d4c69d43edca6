using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Signing.Remote;

namespace OpenGradient.Signing.Keys;

/// <summary>Reads from settings where a key is. What a setting holds is never repeated where it may be a secret.</summary>
public static class KeySettings
{
    private const string Forced = "yes";

    /// <summary>Finds the one key that is set; <see cref="KeySource.Unusable"/> where there is none, or more than one.</summary>
    /// <param name="names">Whose key.</param>
    /// <param name="find">A setting's text by its name; null where it is not set.</param>
    /// <param name="prompt">Asks a person for the password of the keystore that it is given; null where there is nobody to ask.</param>
    public static KeySource Read(KeySettingNames names, Func<string, string?> find, Func<string, SecretPassword?>? prompt = null)
    {
        var set = new[] { names.Keystore, names.RemoteUrl, names.RawKey }.Where(name => find(name) is not null).ToArray();
        return set switch
        {
            [] => new KeySource.Unusable(
                $"No key is set for the {names.Role}.",
                $"Set {names.Keystore} to a keystore file (`og key new` makes one), or {names.RemoteUrl} and {names.RemoteAddress} to a remote signer."),
            [var one] when one == names.Keystore => new KeySource.Keystore(find(one)!, PasswordOf(names, find, prompt)),
            [var one] when one == names.RemoteUrl => ReadRemote(names, find),
            [_] => ReadRaw(names, find),
            _ => new KeySource.Unusable($"{string.Join(" and ", set)} are set, and one key signs.", "Keep one of them."),
        };
    }

    private static PasswordSource PasswordOf(KeySettingNames names, Func<string, string?> find, Func<string, SecretPassword?>? prompt)
    {
        if (find(names.PasswordFile) is { } file)
            return new PasswordSource.InFile(file);
        var keystore = find(names.Keystore)!;
        return prompt is null || find(names.Password) is not null
            ? new PasswordSource.Asked(names.Password, () => find(names.Password) is { } text ? new SecretPassword(text) : null)
            : new PasswordSource.Asked("the terminal", () => prompt(keystore));
    }

    private static KeySource ReadRemote(KeySettingNames names, Func<string, string?> find)
    {
        if (!Uri.TryCreate(find(names.RemoteUrl), UriKind.Absolute, out var url) || RemoteSignerOptions.FaultOf(url) is not null)
            return new KeySource.Unusable($"{names.RemoteUrl} is no address of a signer.", "Give http or https, a host, and no user or query.");
        return Address.TryParse(find(names.RemoteAddress), out var address)
            ? new KeySource.Remote(new RemoteSignerOptions { Url = url, Address = address })
            : new KeySource.Unusable(
                $"{names.RemoteAddress} is missing, or is no address.", "Give the address whose signatures are expected: every one is checked.");
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The key goes to the source, and from there to the signer.")]
    private static KeySource ReadRaw(KeySettingNames names, Func<string, string?> find)
    {
        Span<byte> secret = stackalloc byte[PrivateKey.ByteLength];
        try
        {
            return Hex.TryDecode(find(names.RawKey), secret) && PrivateKey.TryFromSecret(secret, out var key)
                ? new KeySource.Raw(key, find(names.ForceRawKey) == Forced, names.ForceRawKey)
                : new KeySource.Unusable($"{names.RawKey} is no private key.", "It is 0x and 64 hexadecimal digits.");
        }
        finally
        {
            secret.Clear();
        }
    }
}
