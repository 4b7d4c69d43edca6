using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.IndexerClient;

namespace OpenGradient.Cli.Query;

/// <summary>
/// What stands beside the part of an export until it is whole: what was asked for, and what the index held then, as its own hash of all rows. So that
/// what is gone on with is the same question about the same rows, whatever the chain and the indexer did meanwhile.
/// </summary>
internal sealed record ExportNote
{
    private const int CurrentVersion = 1;
    private const int MaxBytes = 64 * 1024;

    public required int Version { get; init; }

    public required string Resource { get; init; }

    public required string Format { get; init; }

    /// <summary>The conditions and the order.</summary>
    public required string Query { get; init; }

    public required ulong ChainId { get; init; }

    public required ulong AsOfBlock { get; init; }

    /// <summary>Null of a block that nothing replaces.</summary>
    public required string? AsOfHash { get; init; }

    /// <summary>The last block of which rows were missing; null when none were.</summary>
    public ulong? GapLast { get; init; }

    /// <summary>What was held up to some blocks, ascending; none where that could not be told.</summary>
    public required IReadOnlyList<ExportStand> Stands { get; init; }

    /// <summary>Takes down what an export that begins to come in is of; null where the index is empty, or does not say.</summary>
    public static async Task<ExportNote?> TakeAsync(IndexClient client, ResourceClient resource, string format, Question question, ExportedRows export, CancellationToken cancellationToken)
    {
        if (export.AsOf is not { } asOf || await client.StateAsync(asOf.Number, cancellationToken) is not IndexAnswer<IndexState>.Given { Value: var now })
            return null;
        var stands = new List<ExportStand>();
        // It was asked for behind the export: where the block is another by then, so may be all below it.
        if (now.BlockHash?.ToString() == asOf.Hash)
        {
            if (now.FinalBlock < asOf.Number && await client.StateAsync(now.FinalBlock, cancellationToken) is IndexAnswer<IndexState>.Given { Value: var then }
                && ExportStand.Of(then, resource) is { } final)
                stands.Add(final);
            if (ExportStand.Of(now, resource) is { } tip)
                stands.Add(tip);
        }

        return new ExportNote
        {
            Version = CurrentVersion,
            Resource = resource.Path,
            Format = format,
            Query = TextOf(question),
            ChainId = now.ChainId,
            AsOfBlock = asOf.Number,
            AsOfHash = asOf.Hash,
            GapLast = export.GapLast,
            Stands = stands,
        };
    }

    /// <summary>Reads the note beside a part, and refuses to go on with what is not the same question.</summary>
    public static async Task<ExportNote> ReadAsync(string part, ResourceClient resource, string format, Question question, CancellationToken cancellationToken)
    {
        var path = PathOf(part);
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes || Parse(await File.ReadAllBytesAsync(path, cancellationToken)) is not { Version: CurrentVersion } note)
            throw Refusal(part, $"Nothing beside {part} says what it is of.");
        if (note.Resource != resource.Path || note.Format != format || note.Query != TextOf(question))
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, $"{part} is of {note.Resource} as {note.Format} with {note.Query}, and not of {resource.Path} as {format} with {TextOf(question)}.",
                $"Ask for the same, or remove {part} and begin anew.");
        }

        return note.GapLast is { } gap ? throw Refusal(part, $"{part} was begun while rows up to block {gap} were missing.") : note;
    }

    /// <summary>Refuses to go on where the rows that are there may not be those of the index as it is now.</summary>
    /// <param name="client">Who is asked.</param>
    /// <param name="part">The file that is gone on with.</param>
    /// <param name="last">The block of its last row.</param>
    /// <param name="export">What is to be added, which has begun to come in.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task RequireAsync(IndexClient client, string part, ulong last, ExportedRows export, CancellationToken cancellationToken)
    {
        if (export.GapLast is { } gap)
            throw new ExpectedFailureException(ExitCode.Failed, $"The indexer is filling in what lies up to block {gap} anew.", "Go on when it is whole: /v1/status says so.");
        if (Stands.FirstOrDefault(told => told.Block >= last) is not { } stand)
            throw Refusal(part, $"What the index held when {part} was begun was not told.");
        // What may still be replaced is only asked about where rows of it are there.
        if (await client.StateAsync(stand.Block, cancellationToken) is not IndexAnswer<IndexState>.Given { Value: var now } || now.ChainId != ChainId || !stand.IsHeldBy(now))
            throw Refusal(part, $"The indexer does not hold the rows up to block {stand.Block} any more with which {part} was begun: the chain went another way below block {AsOfBlock}{(AsOfHash is null ? "" : $" ({AsOfHash})")}, or it is of other contracts.");
    }

    /// <summary>Writes it, so that at any moment there is a whole one, or none.</summary>
    public async Task WriteAsync(string part, CancellationToken cancellationToken)
    {
        var path = PathOf(part);
        await File.WriteAllBytesAsync(path + ".new", JsonSerializer.SerializeToUtf8Bytes(this, ExportNoteJson.Default.ExportNote), cancellationToken);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Removes the note beside a part.</summary>
    public static void Delete(string part) => File.Delete(PathOf(part));

    private static string PathOf(string part) => part + ".json";

    private static ExportNote? Parse(byte[] utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, ExportNoteJson.Default.ExportNote);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string TextOf(Question question) => string.Join(
        '&', question.Conditions.Select(condition => $"{condition.Key}={condition.Value}").Order(StringComparer.Ordinal).Append(question.IsAscending ? "order=asc" : "order=desc"));

    private static ExpectedFailureException Refusal(string part, string reason) => new(ExitCode.Failed, reason, $"Remove {part} and begin anew.");
}

/// <summary>What an index held of a resource's events up to a block.</summary>
/// <param name="Block">The block.</param>
/// <param name="States">The state of each family that the resource may be of, by its name.</param>
internal sealed record ExportStand(ulong Block, IReadOnlyDictionary<string, string> States)
{
    // A table's name begins with its family's, and which of two with the same beginning it is does not matter: both must be the same.
    public static ExportStand? Of(IndexState state, ResourceClient resource)
    {
        var own = state.Families.Where(family => resource.Path.StartsWith($"events/{family.Key}_", StringComparison.Ordinal)).ToList();
        return own.Count == 0 || own.Exists(family => family.Value is null)
            ? null
            : new ExportStand(state.Block, own.ToDictionary(family => family.Key, family => family.Value!, StringComparer.Ordinal));
    }

    public bool IsHeldBy(IndexState state) => States.Count > 0 && States.All(family => state.Families.TryGetValue(family.Key, out var now) && now == family.Value);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ExportNote))]
internal sealed partial class ExportNoteJson : JsonSerializerContext;
