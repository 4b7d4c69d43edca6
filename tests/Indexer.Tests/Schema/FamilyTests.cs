using System.Reflection;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Tests.Schema;

public sealed class FamilyTests
{
    public static TheoryData<string, Type> Contracts => new()
    {
        { "hub", typeof(IHubContract) },
        { "models", typeof(IModelRegistryContract) },
        { "nodes", typeof(INodeRegistryContract) },
        { "keys", typeof(IAttestedKeysContract) },
        { "court", typeof(IChallengeCourtContract) },
        { "verifiers", typeof(IVerifierRegistryContract) },
    };

    [Theory]
    [MemberData(nameof(Contracts))]
    public void A_contract_has_a_table_for_each_of_its_events_and_no_other(string family, Type contract)
    {
        var events = contract.Assembly.GetTypes()
            .Where(type => type.DeclaringType == contract && typeof(IContractEvent).IsAssignableFrom(type))
            .ToDictionary(TopicOf, type => type.Name);

        Assert.NotEmpty(events);
        Assert.Equal(
            events.Keys.Order(),
            TablesOf(family).Select(table => table.Topic0).Order());
    }

    [Fact]
    public void Members_of_structs_are_columns_and_names_that_are_taken_get_their_surroundings()
    {
        var registered = TablesOf("keys").Single(table => table.Name == "keys_registered");

        Assert.Equal(
            "id block_time transaction_index transaction_hash emitter node signer key_epoch registration_node registration_signer hpke_key evidence_hash "
            + "root_id tee_type workload_id platform_id tcb_status tcb_eval attested_at expires_at registration_key_epoch attesters active_from",
            string.Join(' ', registered.Columns.Select(column => column.Name)));
    }

    [Fact]
    public void Names_that_are_words_of_sql_are_changed()
    {
        var deposited = TablesOf("hub").Single(table => table.Name == "hub_deposited");

        Assert.Equal("account from_address amount", string.Join(' ', deposited.Columns.Skip(EventTable.BaseColumns.Count).Select(column => column.Name)));
    }

    [Fact]
    public void The_fingerprint_changes_with_addresses_start_and_events()
    {
        Address one = Address.Parse("0x00000000000000000000000000000000000000a1"), other = Address.Parse("0x00000000000000000000000000000000000000a2");
        var family = new EventFamily("f", [new("t", "event A(uint256 x)")], [one], new(5));

        Assert.Equal(family.Fingerprint, new EventFamily("f", [new("t", "event A(uint256 x)")], [one, one], new(5)).Fingerprint);
        Assert.Distinct(
        [
            family.Fingerprint,
            new EventFamily("g", [new("t", "event A(uint256 x)")], [one], new(5)).Fingerprint,
            new EventFamily("f", [new("t", "event A(uint256 x)")], [other], new(5)).Fingerprint,
            new EventFamily("f", [new("t", "event A(uint256 x)")], [one], new(6)).Fingerprint,
            new EventFamily("f", [new("t", "event A(uint256 y)")], [one], new(5)).Fingerprint,
            new EventFamily("f", [new("t", "event A(uint256 indexed x)")], [one], new(5)).Fingerprint,
        ]);
    }

    [Fact]
    public void What_cannot_be_told_apart_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new EventTable("t", "event A(uint256 x) anonymous"));
        Assert.Throws<ArgumentException>(() => new EventTable("t", "event A(uint256 x)", "y"));
        Assert.Throws<ArgumentException>(() => new EventFamily("f", [new("t", "event A(uint256 x)"), new("u", "event A(uint256 y)")], [], new(0)));
        Assert.Throws<ArgumentException>(() => new EventFamily("F; DROP", [new("t", "event A(uint256 x)")], [], new(0)));
    }

    [Theory]
    [InlineData(0, 0, "0-0")]
    [InlineData(1, 7, "1-7")]
    [InlineData(8_796_093_022_207, 1_048_575, "8796093022207-1048575")]
    public void An_id_says_block_and_log_and_grows_along_the_chain(ulong block, uint log, string text)
    {
        var id = RowId.Of(new(block), log);

        Assert.Equal((block, log, text), (id.Block.Value, id.LogIndex, id.ToString()));
        Assert.True(RowId.TryParse(text, out var parsed));
        Assert.Equal(id, parsed);
        Assert.True(id.Value >= RowId.FirstOf(new(block)).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("1-1048576")]
    [InlineData("8796093022208-0")]
    [InlineData("+1-1")]
    [InlineData("1 -1")]
    public void What_is_no_id_is_refused(string text) => Assert.False(RowId.TryParse(text, out _));

    private static IReadOnlyList<EventTable> TablesOf(string family) => family switch
    {
        "hub" => OurFamilies.Hub(),
        "models" => OurFamilies.Models(),
        "nodes" => OurFamilies.Nodes(),
        "keys" => OurFamilies.Keys(),
        "court" => OurFamilies.Court(),
        _ => OurFamilies.Verifiers(),
    };

    private static Hash32 TopicOf(Type type) => (Hash32)type.GetProperty("Topic0", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
}
