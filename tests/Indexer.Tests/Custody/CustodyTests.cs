using System.Text;
using System.Text.Json;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Tests.Rows;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Custody;

/// <summary>The custody of answers that attested keys signed: what key, version and fee were worth then, and what became of them.</summary>
public sealed class CustodyTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const ulong Epoch = 7;
    private const ulong Start = 1_700_000_000;
    private const ulong BlockSeconds = 12;

    private static readonly Address Node = Someone(0x21), Signer = Someone(0x22), Payee = Someone(0x23);
    private static readonly Hash32 Version = Named("version"), Root = Named("root"), Workload = Named("workload"), Platform = Named("platform"), Tee = Named("tee");

    private static readonly IReadOnlyList<EventFamily> Families =
    [
        new("hub", OurFamilies.Hub(), [Someone(0xc1)], new(0)), new("models", OurFamilies.Models(), [Someone(0xc2)], new(0)), new("nodes", OurFamilies.Nodes(), [Someone(0xc3)], new(0)),
        new("keys", OurFamilies.Keys(), [Someone(0xc4)], new(0)), new("court", OurFamilies.Court(), [Someone(0xc5)], new(0)),
    ];

    private readonly Random _random = new(5);

    [Fact]
    public async Task An_answer_of_an_attested_key_tells_what_it_rested_on_then_and_where_its_fee_is()
    {
        await using var index = await AnsweredAsync();

        var told = await CustodyAsync(index);

        Assert.Equal(
            "models_version_published nodes_registered keys_root_approved keys_workload_approved keys_registered hub_requested hub_settled",
            string.Join(' ', told.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("event").GetString())));
        Assert.Equal(
            $$"""{"signer":"{{Signer.ToLowerHex()}}","at_settlement":"valid","now":"valid"}""", told.GetProperty("key").GetRawText());
        Assert.Equal($$"""{"version_id":"{{Version}}","at_request":"active","now":"active"}""", told.GetProperty("version").GetRawText());
        Assert.Equal(
            $$"""{"state":"credited","fee":"2500","payee":"{{Payee.ToLowerHex()}}","final_at":{{Start + 120}}}""", told.GetProperty("payment").GetRawText());
        var gaps = GapsOf(told);
        Assert.Contains("That it was paid out is in no event: the hub pays what a payee earned in an hour in one sum.", gaps, StringComparer.Ordinal);
        Assert.Contains("This payee has collected nothing since the answer was final.", gaps, StringComparer.Ordinal);
        Assert.DoesNotContain(gaps, gap => gap.Contains("later", StringComparison.Ordinal) || gap.Contains("not indexed", StringComparison.Ordinal));
        // Each step has its proof, also those of the registers.
        foreach (var step in told.GetProperty("steps").EnumerateArray())
        {
            var bundle = RowBundle.Parse(Encoding.UTF8.GetBytes((await index.GetAsync(step.GetProperty("proof").GetString()!)).GetRawText()))!;
            Assert.IsType<BundleVerdict.Holds>(RowProof.Verify(bundle, Hash32.Parse(bundle.BlockHash)));
        }
    }

    [Fact]
    public async Task What_was_taken_back_since_is_a_gap_with_its_name_and_not_only_a_row()
    {
        await using var index = await AnsweredAsync();
        index.Chain.Blocks.Mine(Of("keys_tcb_floor_raised", (0, Bytes(Tee)), (1, Number(3))));
        await index.SettleAsync();
        Assert.Equal("valid", (await CustodyAsync(index)).GetProperty("key").GetProperty("now").GetString());

        index.Chain.Blocks.Mine(Of("keys_workload_revoked", (0, Bytes(Workload))));
        index.Chain.Blocks.Mine(Of("keys_tcb_floor_raised", (0, Bytes(Tee)), (1, Number(4))), Of("models_version_deprecated", (0, Bytes(Version))));
        index.Chain.Blocks.Mine(Of("models_version_yanked", (0, Bytes(Version))), Of("nodes_slashed", (0, new AbiValue.Address(Node))));
        for (var i = 0; i < 12; i++)
            index.Chain.Blocks.Mine();
        index.Chain.Blocks.Mine(Of("hub_collected", (0, new AbiValue.Address(Payee))), Of("hub_collected", (0, new AbiValue.Address(Payee))));
        await index.SettleAsync();
        var told = await CustodyAsync(index);

        Assert.Equal(("valid", "revoked"), (told.GetProperty("key").GetProperty("at_settlement").GetString(), told.GetProperty("key").GetProperty("now").GetString()));
        Assert.Equal(("active", "yanked"), (told.GetProperty("version").GetProperty("at_request").GetString(), told.GetProperty("version").GetProperty("now").GetString()));
        var gaps = GapsOf(told);
        Assert.Contains("The workload of the key that signed was revoked later, in block 8.", gaps, StringComparer.Ordinal);
        Assert.Contains("The floor of the trusted base was raised above that of the key that signed later, in block 9.", gaps, StringComparer.Ordinal);
        Assert.Contains("The version that answered was yanked later, in block 10.", gaps, StringComparer.Ordinal);
        var steps = told.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("event").GetString()).ToList();
        foreach (var step in (string[])["keys_workload_revoked", "models_version_yanked", "models_version_deprecated", "nodes_slashed"])
            Assert.Contains(step, steps, StringComparer.Ordinal);
        Assert.Single(steps, "hub_collected");
        Assert.Contains("hub_collected is what this payee collected first since the answer was final: the fee may be in it, or in a later one.", gaps, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_key_that_did_not_hold_when_it_counted_is_said_to()
    {
        await using var index = await StartAsync(isRevokedBefore: true);

        var told = await CustodyAsync(index);

        Assert.Equal(("revoked", "revoked"), (told.GetProperty("key").GetProperty("at_settlement").GetString(), told.GetProperty("key").GetProperty("now").GetString()));
        Assert.Contains("By these events the key that signed was revoked when the answer was settled.", GapsOf(told), StringComparer.Ordinal);
        Assert.DoesNotContain(GapsOf(told), gap => gap.Contains("later", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_fee_follows_what_became_of_the_answer()
    {
        await using var index = await AnsweredAsync();
        var request = Bytes(ServedIndex.RequestId(1));
        index.Chain.Blocks.Mine(Of("hub_contested", (0, request)));
        await index.SettleAsync();
        Assert.Equal("withheld", await StateAsync(index));

        index.Chain.Blocks.Mine(Of("hub_overturned", (0, request), (3, AbiValue.Bool.Of(true)), (4, Settlement(Named("other")))));
        await index.SettleAsync();
        var told = await CustodyAsync(index);
        Assert.Equal(("corrected", JsonValueKind.Null), (told.GetProperty("payment").GetProperty("state").GetString(), told.GetProperty("payment").GetProperty("payee").ValueKind));
        Assert.Contains(GapsOf(told), gap => gap.StartsWith("The node that answered earned nothing: the fee is owed for the answer in its place", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Before_there_is_an_answer_the_fee_is_in_escrow_and_of_a_failure_it_is_a_part()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), families: Families);
        index.Chain.Blocks.Mine(Requested());
        await index.SettleAsync();
        Assert.Equal("in escrow", await StateAsync(index));
        Assert.Contains("The version that was asked was published by no event that is indexed here.", GapsOf(await CustodyAsync(index)), StringComparer.Ordinal);

        index.Chain.Blocks.Mine(Settled(HubDomain.Failure));
        await index.SettleAsync();
        Assert.Equal("credited in part", await StateAsync(index));
        Assert.Contains("The node that answered was registered by no event that is indexed here.", GapsOf(await CustodyAsync(index)), StringComparer.Ordinal);
    }

    private Task<ServedIndex> AnsweredAsync() => StartAsync(isRevokedBefore: false);

    private async Task<ServedIndex> StartAsync(bool isRevokedBefore)
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync(), families: Families);
        index.Chain.Blocks.Mine(Of("models_version_published", (1, Bytes(Version))), Of("nodes_registered", (0, new AbiValue.Address(Node))));
        index.Chain.Blocks.Mine(Of("keys_root_approved", (0, Bytes(Root))), Of("keys_workload_approved", (0, Bytes(Workload))));
        index.Chain.Blocks.Mine(Registered());
        if (isRevokedBefore)
            index.Chain.Blocks.Mine(Of("keys_workload_revoked", (0, Bytes(Workload))));
        index.Chain.Blocks.Mine(Requested());
        index.Chain.Blocks.Mine(Settled(Named("output")));
        await index.SettleAsync();
        return index;
    }

    private static async Task<string?> StateAsync(ServedIndex index) => (await CustodyAsync(index)).GetProperty("payment").GetProperty("state").GetString();

    private static Task<JsonElement> CustodyAsync(ServedIndex index) => index.GetAsync($"/v1/requests/{ServedIndex.RequestId(1)}/custody");

    private static List<string> GapsOf(JsonElement told) => [.. told.GetProperty("gaps").EnumerateArray().Select(gap => gap.GetString()!)];

    private Log Registered() => Of(
        "keys_registered", (0, new AbiValue.Address(Node)), (1, new AbiValue.Address(Signer)), (2, Number(Epoch)), (5, Number(Start)),
        (3, Changed(
            "keys_registered", 3, (0, new AbiValue.Address(Node)), (1, new AbiValue.Address(Signer)), (4, Bytes(Root)), (5, Bytes(Tee)), (6, Bytes(Workload)), (7, Bytes(Platform)),
            (9, Number(3)), (11, Number(Start + 100_000)), (12, Number(Epoch)))));

    private Log Requested() => Of(
        "hub_requested", (0, Bytes(ServedIndex.RequestId(1))), (3, Changed("hub_requested", 3, (0, Bytes(Version)), (9, new AbiValue.UInt(2_500)))));

    private Log Settled(Hash32 output) => Of(
        "hub_settled", (0, Bytes(ServedIndex.RequestId(1))), (1, new AbiValue.Address(Node)), (2, Number(Start + (10 * BlockSeconds))), (3, Settlement(output)));

    private AbiValue.Tuple Settlement(Hash32 output) =>
        Changed("hub_settled", 3, (0, Bytes(output)), (1, new AbiValue.Address(Node)), (2, new AbiValue.Address(Payee)), (3, Number(Epoch)), (7, Number(2)));

    // The event with some values, and any others.
    private Log Of(string name, params (int Place, AbiValue Value)[] values)
    {
        var family = Families.Single(known => known.Tables.Any(table => table.Name == name));
        var table = TableOf(name);
        var all = table.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, _random)).ToArray();
        foreach (var (place, value) in values)
            all[place] = value;
        return table.Event.Encode(family.Addresses[0], all);
    }

    private AbiValue.Tuple Changed(string name, int parameter, params (int Place, AbiValue Value)[] values)
    {
        var items = ((AbiValue.Tuple)RandomValues.Of(TableOf(name).Event.Inputs.Components[parameter].Type, _random)).Items;
        return new AbiValue.Tuple(values.Aggregate(items, (all, value) => all.SetItem(value.Place, value.Value)));
    }

    private static EventTable TableOf(string name) => Families.SelectMany(family => family.Tables).Single(table => table.Name == name);

    private static Address Someone(int number) => ServedIndex.Someone(number);

    private static Hash32 Named(string name) => Keccak256.Hash(Encoding.UTF8.GetBytes(name));

    private static AbiValue.Bytes Bytes(Hash32 hash) => new(hash.ToArray());

    private static AbiValue.UInt Number(ulong number) => new(number);
}
