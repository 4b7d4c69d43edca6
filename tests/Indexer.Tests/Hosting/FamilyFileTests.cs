using OpenGradient.Indexer.Hosting;

namespace OpenGradient.Indexer.Tests.Hosting;

public sealed class FamilyFileTests
{
    private const string Pools =
        """
        {
          "families": [
            // Who makes pools.
            { "name": "maker", "contracts": ["0x00000000000000000000000000000000000000c3"], "first_block": 7,
              "tables": [{ "name": "maker_made", "event": "event Made(address indexed pool)", "indexes": ["pool"] }] },
            { "name": "pool", "announced_by": { "family": "maker", "table": "maker_made", "column": "pool" },
              "tables": [{ "name": "pool_moved", "event": "event Transfer(address indexed from, address indexed to, uint256 value)" }],
              "balances": { "of": "pool_moved", "from": "from_address", "to": "to_address", "value": "value" } },
          ],
        }
        """;

    [Fact]
    public void Contracts_that_are_named_and_those_that_are_announced_are_read()
    {
        var families = FamilyFile.Parse(Pools);

        Assert.Equal("maker pool", string.Join(' ', families));
        Assert.Equal((7UL, 1), (families[0].FirstBlock.Value, families[0].Addresses.Count));
        Assert.Same(families[0], families[1].AnnouncedBy!.Source);
        Assert.Equal("pool_balances", families[1].Balances!.Name);
        Assert.True(families[1].IsInOrder);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"families":[{"name":"a"}]}""")]
    [InlineData("""{"families":[{"name":"a","contracts":[],"tables":[{"name":"a_b","event":"event B()"}]}]}""")]
    [InlineData("""{"families":[{"name":"hub","contracts":["0x00000000000000000000000000000000000000c3"],"tables":[{"name":"hub_b","event":"event B()"}]}]}""")]
    [InlineData("""{"families":[{"name":"a","contracts":["0x0"],"tables":[{"name":"a_b","event":"event B()"}]}]}""")]
    [InlineData("""{"families":[{"name":"a","contracts":["0x00000000000000000000000000000000000000c3"],"tables":[{"name":"b","event":"event B()"}]}]}""")]
    [InlineData("""{"families":[{"name":"a","contracts":["0x00000000000000000000000000000000000000c3"],"tables":[{"name":"a_b; DROP TABLE x","event":"event B()"}]}]}""")]
    [InlineData("""{"families":[{"name":"attested","contracts":["0x00000000000000000000000000000000000000c3"],"tables":[{"name":"attested_keys","event":"event B()"}]}]}""")]
    [InlineData("""{"families":[{"name":"a","contracts":["0x00000000000000000000000000000000000000c3"],"tables":[{"name":"a_b","event":"event B("}]}]}""")]
    [InlineData("""{"families":[{"name":"a","contracts":["0x00000000000000000000000000000000000000c3"],"tables":[{"name":"a_b","event":"event B()","indexes":["x"]}]}]}""")]
    [InlineData("""{"families":[{"name":"a","announced_by":{"family":"b","table":"b_c","column":"d"},"tables":[{"name":"a_b","event":"event B()"}]}]}""")]
    [InlineData("""{"families":[{"name":"a","contract":["0x00000000000000000000000000000000000000c3"],"tables":[{"name":"a_b","event":"event B()"}]}]}""")]
    public void What_is_no_such_file_is_refused_with_a_reason(string json)
    {
        var fault = Assert.Throws<IndexerException>(() => FamilyFile.Parse(json));

        Assert.StartsWith("The file of families cannot be used: ", fault.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"column\": \"pool\"", "\"column\": \"id\"")]
    [InlineData("\"table\": \"maker_made\"", "\"table\": \"maker_sold\"")]
    [InlineData("\"value\": \"value\"", "\"value\": \"from_address\"")]
    [InlineData("\"of\": \"pool_moved\"", "\"of\": \"pool_swapped\"")]
    [InlineData("\"name\": \"pool\"", "\"name\": \"maker\"")]
    [InlineData("\"name\": \"pool_moved\"", "\"name\": \"pool_balances\"")]
    public void What_does_not_fit_together_is_refused(string was, string becomes)
    {
        Assert.Contains(was, Pools, StringComparison.Ordinal);

        Assert.Throws<IndexerException>(() => FamilyFile.Parse(Pools.Replace(was, becomes, StringComparison.Ordinal)));
    }
}
