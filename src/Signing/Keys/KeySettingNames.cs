namespace OpenGradient.Signing.Keys;

/// <summary>What the settings of one key are called.</summary>
public sealed record KeySettingNames
{
    private KeySettingNames()
    {
    }

    /// <summary>The operator's cold key: it stakes, exits and sets the payee.</summary>
    public static KeySettingNames Operator { get; } = new()
    {
        Role = "operator",
        Keystore = "OG_KEYSTORE",
        PasswordFile = "OG_KEYSTORE_PASSWORD_FILE",
        Password = "OG_KEYSTORE_PASSWORD",
        RemoteUrl = "OG_SIGNER_URL",
        RemoteAddress = "OG_SIGNER_ADDRESS",
        RawKey = "OG_PRIVATE_KEY",
        ForceRawKey = "OG_PRIVATE_KEY_FORCED",
    };

    /// <summary>The node's hot key: it claims, settles and signs receipts.</summary>
    public static KeySettingNames Node { get; } = new()
    {
        Role = "node",
        Keystore = "OG_NODE_KEYSTORE",
        PasswordFile = "OG_NODE_KEYSTORE_PASSWORD_FILE",
        Password = "OG_NODE_KEYSTORE_PASSWORD",
        RemoteUrl = "OG_NODE_SIGNER_URL",
        RemoteAddress = "OG_NODE_SIGNER_ADDRESS",
        RawKey = "OG_NODE_PRIVATE_KEY",
        ForceRawKey = "OG_NODE_PRIVATE_KEY_FORCED",
    };

    /// <summary>Whose key it is, for people.</summary>
    public required string Role { get; init; }

    public required string Keystore { get; init; }

    public required string PasswordFile { get; init; }

    public required string Password { get; init; }

    public required string RemoteUrl { get; init; }

    public required string RemoteAddress { get; init; }

    public required string RawKey { get; init; }

    public required string ForceRawKey { get; init; }

    public IReadOnlyList<string> All => [Keystore, PasswordFile, Password, RemoteUrl, RemoteAddress, RawKey, ForceRawKey];
}
