namespace OpenGradient.Cli.Key;

/// <summary>A keystore, as far as anyone may know it.</summary>
/// <param name="Address">Whose key is in it.</param>
/// <param name="File">Where it is.</param>
public sealed record KeyReport(string Address, string File);
