using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Ethereum.Tests.Wallets;

/// <summary>A keystore that costs next to nothing to open, and ways to change it.</summary>
internal static class KeystoreSample
{
    public const string Password = "correct horse, ünïcode battery 🐎";
    public const string Secret = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
    public const string Address = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";

    public static KeystoreKdf Cheap { get; } = new KeystoreKdf.Scrypt(2, 1, 1);

    /// <summary>Grants only what cheap samples need, so that a changed cost stays cheap.</summary>
    public static KeystoreLimits Limits { get; } = new() { MaxScryptMemoryBytes = 1 << 20, MaxScryptWork = 1 << 12, MaxPbkdf2Iterations = 1000 };

    public static PrivateKey Key() => PrivateKey.FromSecret(Convert.FromHexString(Secret));

    public static byte[] Create(KeystoreKdf? kdf = null, string password = Password)
    {
        using var key = Key();
        return Keystore.Encrypt(key, password, kdf ?? Cheap);
    }

    public static bool CreateFile(string path, KeystoreKdf? kdf = null, IProgress<double>? progress = null)
    {
        using var key = Key();
        return KeystoreFile.TryCreate(path, key, Password, kdf ?? Cheap, progress);
    }

    public static KeystoreOpening OpenFile(string path, string password = Password) => KeystoreFile.Open(path, password);

    public static byte[] Change(byte[] json, Action<JsonObject> change)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        change(root);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    public static byte[] WithoutChecksum(byte[] json) => Change(json, static root => root.Remove("x-checksum"));

    /// <summary>Turns over one bit of a field that is written in hexadecimal.</summary>
    public static void Flip(JsonObject parent, string name, int bit)
    {
        var bytes = Convert.FromHexString(parent[name]!.GetValue<string>());
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        parent[name] = Convert.ToHexStringLower(bytes);
    }

    public static KeystoreOpening Open(byte[] json, string password = Password) => Keystore.Decrypt(json, password, Limits);

    public static KeystoreOpening Open(byte[] json, byte[] password) => Keystore.Decrypt(json, password, Limits);

    public static KeystoreOpening OpenWithinDefaultLimits(byte[] json, string password = Password) => Keystore.Decrypt(json, password);

    /// <summary>The secret that came out, in hexadecimal; throws unless the keystore was opened.</summary>
    public static string SecretOf(KeystoreOpening opening)
    {
        var opened = Assert.IsType<KeystoreOpening.Opened>(opening);
        using var key = opened.Key;
        var secret = new byte[PrivateKey.ByteLength];
        key.ExportSecret(secret);
        return Convert.ToHexStringLower(secret);
    }
}
