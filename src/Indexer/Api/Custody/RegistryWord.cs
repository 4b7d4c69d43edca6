using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Custody;

/// <summary>Something that a register said of a key, of what it rests on, or of a version.</summary>
internal sealed class RegistryWord
{
    /// <summary>Its place on the chain.</summary>
    public long Id { get; init; }

    public long Time { get; init; }

    /// <summary>Its table.</summary>
    public string Source { get; init; } = "";

    public string Block => new RowId(Id).Block.ToString();
}
