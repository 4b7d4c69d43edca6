using OpenGradient.Database.Cursors;

namespace OpenGradient.Indexer.Storage;

/// <summary>The followers' places on the chain: one follows the head, and each family that is filled in has one of its own.</summary>
internal static class Lanes
{
    public static CursorTable<string> Table { get; } = new("index_lanes", "name");
}
