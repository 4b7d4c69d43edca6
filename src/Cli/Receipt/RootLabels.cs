using System.Text;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Receipt;

/// <summary>What the hub says of the root that a key's evidence is under, for people.</summary>
internal static class RootLabels
{
    public const string Emulated = "emulated";

    /// <summary>What must stand beside everything that rests on such a root.</summary>
    public const string Banner = "[yellow]Its evidence is emulated: it shows that programs work, and nothing about hardware.[/]";

    /// <summary>A label of the chain, which are letters and zeros; null for none.</summary>
    public static string? Of(Hash32 label) => label.IsZero ? null : PlainText.Of(Encoding.ASCII.GetString(label.Bytes.TrimEnd((byte)0)));
}
