using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Certificates;

/// <summary>The certificate that a range of blocks holds these rows of an event and no others: what may be asked for, by how many at once, and for how long.</summary>
internal sealed class CompletenessEndpoint(IndexApi api, ReadBlock? readBlock, ReadHeaders? readHeaders)
{
    /// <summary>Each may ask a node for a thousand headers, and for all receipts of many blocks.</summary>
    public const int MaxAtOnce = 4;

    private const int MaxOfOne = 2;

    private readonly ClientSlots _running = new(MaxAtOnce, MaxOfOne);

    public async Task<IResult> CertifyAsync(Resource resource, HttpContext context, CancellationToken cancellationToken)
    {
        var family = api.Families.Single(known => known.Name == resource.Families[0]);
        if (family.Tables.FirstOrDefault(known => known.Name == resource.Source) is not { } table)
            return Problems.BadRequest("What could not be decoded cannot be certified to be anything.");
        if (Objection(family) is { } objection)
            return Problems.BadRequest(objection);
        if (!TryNumber(context, "from", out var from) || !TryNumber(context, "to", out var to) || from > to || to - from >= CompletenessBundle.MaxBlocks)
            return Problems.BadRequest($"from and to are numbers of blocks, at most {CompletenessBundle.MaxBlocks} with both ends.");
        if (from < family.FirstBlock.Value)
            return Problems.BadRequest($"{family.Name} is indexed from block {family.FirstBlock} on.");
        if (readBlock is null || readHeaders is null)
            return Problems.NotReady(context, "This indexer has no node to ask for blocks.");

        using var slot = _running.TryTake(context);
        if (slot is null)
            return Problems.Busy(context, $"{MaxAtOnce} certificates are made at once, {MaxOfOne} of each client: ask again when one is there.");
        using var limit = new CancellationTokenSource(api.Options.CertificateTimeout, api.Clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await CertifyAsync(new CertificateMaking(api.Chain, readBlock), readHeaders, resource, table, family, new BlockRange(new(from), new(to)), context, ends.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Problems.TooSlow(context, $"A certificate may take {api.Options.CertificateTimeout.TotalSeconds:0.#} s, and this one would have taken longer: ask for fewer blocks.");
        }
    }

    private async Task<IResult> CertifyAsync(
        CertificateMaking making, ReadHeaders headersOf, Resource resource, EventTable table, EventFamily family, BlockRange range, HttpContext context, CancellationToken cancellationToken)
    {
        var held = await api.AskAsync(context, session => HeldRows.ReadAsync(session, resource, family, range), cancellationToken);
        if (held.Problem is not null)
            return held.Problem;
        if (await making.MakeAsync(await headersOf(range, cancellationToken), table, family, held, range, cancellationToken) is not { } certificate)
        {
            return Problems.Of(
                StatusCodes.Status502BadGateway, "The node cannot show it.",
                "What the node tells is not what is indexed: it is on another branch, it does not have these blocks, or its chain's receipts or filters are no consensus data. Nothing is certified.");
        }

        context.Response.Headers.CacheControl = held.IsFinal && certificate.Gaps.Count == 0 ? Moment.FinalCaching : "no-cache";
        return Results.Bytes(certificate.ToUtf8(), "application/json; charset=utf-8");
    }

    // A certificate names the contracts whose events it is about: known beforehand, and not too many.
    private static string? Objection(EventFamily family) =>
        family.AnnouncedBy is { } announcement
            ? $"The contracts of {family.Name} are announced as the chain goes, and a certificate names its contracts beforehand. Ask for that of {announcement.Table}, which announces them, "
                + "and for the proofs of single rows."
            : family.Addresses.Count > Completeness.MaxEmitters
                ? $"{family.Name} has {family.Addresses.Count} contracts, and a certificate names at most {Completeness.MaxEmitters}: index those that matter as a family of their own."
                : null;

    private static bool TryNumber(HttpContext context, string name, out ulong number) =>
        ulong.TryParse(context.Request.Query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < RowId.MaxBlock;
}
