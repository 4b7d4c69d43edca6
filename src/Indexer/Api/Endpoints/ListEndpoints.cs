using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Queries;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>Pages of a resource, and one thing of it. Each answer says as of which block it is, and is of one moment.</summary>
internal sealed class ListEndpoints(IndexApi api)
{
    private static readonly HashSet<string> NoOthers = [];

    public async Task<IResult> ListAsync(Resource resource, HttpContext context, CancellationToken cancellationToken)
    {
        if (!ListQuery.TryParse(resource, IndexApi.ParametersOf(context.Request), NoOthers, out var query, out var fault))
            return Problems.BadRequest(fault);

        var answer = await api.AskAsync(context, session => ReadPageAsync(session, query, context), cancellationToken);
        return Send(context, resource, answer);
    }

    public async Task<IResult> GetAsync(Resource resource, string key, HttpContext context, CancellationToken cancellationToken)
    {
        if (resource.KeyOf(key, out var fault) is not { } conditions)
            return Problems.BadRequest($"{fault}.");
        if (!ListQuery.TryParse(resource, IndexApi.ParametersOf(context.Request), NoOthers, out var asked, out fault))
            return Problems.BadRequest(fault);

        var query = asked with { Conditions = [.. conditions, .. asked.Conditions], Limit = 1 };
        var answer = await api.AskAsync(context, session => ReadOneAsync(session, query, context), cancellationToken);
        return answer is { Body: null, IsFresh: false, IsReady: true } ? Problems.NotFound($"No {resource.Path} has this {resource.Key ?? "id"}.") : Send(context, resource, answer);
    }

    private static IResult Send(HttpContext context, Resource resource, Answer answer)
    {
        if (!answer.IsReady)
            return Problems.NotWhole(context, resource.Families);
        context.Response.Headers.ETag = answer.Tag;
        context.Response.Headers.CacheControl = answer.IsFinal ? Moment.FinalCaching : "no-cache";
        return answer.Body is { } body ? new RentedJson(body) : Results.StatusCode(StatusCodes.Status304NotModified);
    }

    private async Task<Answer> ReadPageAsync(DatabaseSession session, ListQuery query, HttpContext context)
    {
        var moment = await MomentAsync(session, query.Resource, context);
        if (moment.Answer is { } done)
            return done;
#pragma warning disable CA2000 // Who sends it gives it back.
        var body = new RentedBytes();
#pragma warning restore CA2000
        await using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteStartArray("items");
        var near = await NearRows.OfAsync(session, query);
        // Events are told before they have indexes: to ask by one that is not there would go through all of them.
        if (query.Resource.IsBalances)
            near = await BalanceLooks.WithinAsync(session, near, api.Options.MaxLookedRows, moment.At.IsIndexed);
        else if (moment.At.IsIndexed)
            near = await NearRows.WithinAsync(session, near, api.Options.MaxLookedRows);
        await using var command = QueryText.Page(near).ToCommand(session);
        await using (var rows = await command.ExecuteReaderAsync(session.Cancellation))
        {
            var (count, hasMore, next) = (0, false, "");
            while (await rows.ReadAsync(session.Cancellation))
            {
                // Rows may be of any size: the page ends early where they are large, and always has one.
                hasMore = count == query.Limit || (count > 0 && json.BytesCommitted + json.BytesPending >= ListQuery.MaxPageBytes);
                if (hasMore)
                    break;
                count++;
                RowJson.Write(json, rows, query.Resource.Columns);
                // Only the last row that a page has room for can be the one behind which the next begins.
                if (count == query.Limit || json.BytesCommitted + json.BytesPending >= ListQuery.MaxPageBytes)
                    next = PageCursor.After(query, rows);
            }

            json.WriteEndArray();
            if (!hasMore && PageCursor.Behind(near) is { } behind)
                (hasMore, next) = (true, behind);
            if (hasMore)
                json.WriteString("next", next);
            else
                json.WriteNull("next");
        }

        moment.At.Of(query).WriteAsOf(json);
        json.WriteEndObject();
        await json.FlushAsync(session.Cancellation);
        return new Answer(body, moment.Tag) { IsFinal = moment.At.IsFinal(query) };
    }

    private static async Task<Answer> ReadOneAsync(DatabaseSession session, ListQuery query, HttpContext context)
    {
        var moment = await MomentAsync(session, query.Resource, context);
        if (moment.Answer is { } done)
            return done;
        await using var command = QueryText.Rows(query, 1).ToCommand(session);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        if (!await rows.ReadAsync(session.Cancellation))
            return new Answer(null, moment.Tag);
#pragma warning disable CA2000 // Who sends it gives it back.
        var body = new RentedBytes();
#pragma warning restore CA2000
        await using var json = new Utf8JsonWriter(body);
        RowJson.Write(json, rows, query.Resource.Columns);
        await json.FlushAsync(session.Cancellation);
        return new Answer(body, moment.Tag) { IsFinal = moment.At.IsFinal(query) };
    }

    private static async Task<Tagged> MomentAsync(DatabaseSession session, Resource resource, HttpContext context)
    {
        var at = await Moment.ReadAsync(session, resource.Families);
        var tag = await at.TagOfAsync(context.Request, resource, session);
        if (!at.IsReadyFor(resource))
            return new Tagged(at, tag, new Answer(null, tag) { IsReady = false });
        return new Tagged(at, tag, at.IsKnown(context.Request, tag) ? new Answer(null, tag) { IsFresh = true } : null);
    }

    private sealed record Tagged(Moment At, string Tag, Answer? Answer);

    private sealed record Answer(RentedBytes? Body, string Tag)
    {
        public bool IsReady { get; init; } = true;

        /// <summary>It will be the same for ever.</summary>
        public bool IsFinal { get; init; }

        /// <summary>Who asks has it already.</summary>
        public bool IsFresh { get; init; }
    }
}
