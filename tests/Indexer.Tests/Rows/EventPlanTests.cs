using System.Text;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Tests.Rows;

public sealed class EventPlanTests
{
    private static readonly Address Emitter = Address.Parse("0x00000000000000000000000000000000000000e1");

    public static TheoryData<string> Tables => new(OurFamilies.Hub().Concat(OurFamilies.Models()).Concat(OurFamilies.Nodes()).Concat(OurFamilies.Keys())
        .Concat(OurFamilies.Court()).Concat(OurFamilies.Verifiers()).Select(table => table.Name));

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_log_becomes_the_row_of_its_values_and_nothing_of_a_shorter_one(string name)
    {
        var table = TableOf(name);
        var random = new Random(name.Length);
        for (var round = 0; round < 20; round++)
        {
            var values = table.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, random)).ToArray();
            var log = table.Event.Encode(Emitter, values);

            var row = new RowBuffer();
            Assert.Equal(AbiFault.None, table.Plan.Write(log, row));
            Assert.Equal(
                string.Join('\n', table.Event.Inputs.Components.SelectMany((parameter, i) => RandomValues.Flatten(parameter.Type, values[i]))),
                string.Join('\n', FieldsOf(row, table.Plan.Columns.Count)));
            // Cut at every byte where that is cheap enough, and else at every word and beside it.
            for (var length = 0; length < log.Data.Length; length += log.Data.Length < 1000 ? 1 : 31)
                Assert.NotEqual(AbiFault.None, table.Plan.Write(log with { Data = log.Data[..length] }, new RowBuffer()));
            if (log.Topics.Count > 1)
                Assert.NotEqual(AbiFault.None, table.Plan.Write(log with { Topics = [.. log.Topics.SkipLast(1)] }, new RowBuffer()));
        }
    }

    [Fact]
    public void Numbers_that_no_column_holds_are_the_largest_it_holds()
    {
        var table = new EventTable("t", "event A(uint64 x, int64 y, uint256 z, int256 w)");
        var log = table.Event.Encode(
            Emitter, new AbiValue.UInt(ulong.MaxValue), new AbiValue.Int(Int256.Parse("-9223372036854775808")), new AbiValue.UInt(UInt256.MaxValue),
            new AbiValue.Int(Int256.Parse("-1")));

        var row = new RowBuffer();
        Assert.Equal(AbiFault.None, table.Plan.Write(log, row));

        Assert.Equal(
            ["7fffffffffffffff", "8000000000000000", new string('f', 64), "7f" + new string('f', 62)],
            FieldsOf(row, 4));
    }

    [Fact]
    public void Text_is_always_text()
    {
        var table = new EventTable("t", "event A(string s)");
        var row = new RowBuffer();
        var log = table.Event.Encode(Emitter, new AbiValue.String(new byte[] { 0x61, 0x00, 0xFF, 0x62 }));
        Assert.Equal(AbiFault.None, table.Plan.Write(log, row));

        Assert.Equal([Convert.ToHexStringLower(Encoding.UTF8.GetBytes("a\uFFFD\uFFFDb"))], FieldsOf(row, 1));
    }

    [Fact]
    public void A_value_that_does_not_fit_a_topic_is_its_hash()
    {
        var table = new EventTable("t", "event A(string indexed s, uint8[] indexed list, uint8 x)");

        Assert.Equal([ColumnKind.Hash, ColumnKind.Hash, ColumnKind.Integer], table.Plan.Columns.Select(column => column.Kind));
    }

    [Fact]
    public void Lists_are_json_with_large_numbers_as_text()
    {
        var table = new EventTable("t", "event A((address who, uint96 held, uint64 n)[] list, bytes[] raw)");
        var log = table.Event.Encode(
            Emitter,
            new AbiValue.Array([new AbiValue.Tuple([new AbiValue.Address(Emitter), new AbiValue.UInt(7), new AbiValue.UInt(ulong.MaxValue)])]),
            new AbiValue.Array([new AbiValue.Bytes(new byte[] { 1, 2 }), new AbiValue.Bytes(Array.Empty<byte>())]));
        var row = new RowBuffer();
        Assert.Equal(AbiFault.None, table.Plan.Write(log, row));

        Assert.Equal(
            """[{"who":"0x00000000000000000000000000000000000000e1","held":"7","n":"18446744073709551615"}] ["0x0102","0x"]""",
            string.Join(' ', FieldsOf(row, 2).Select(field => Encoding.UTF8.GetString(Convert.FromHexString(field)))));
    }

    private static EventTable TableOf(string name) =>
        OurFamilies.Hub().Concat(OurFamilies.Models()).Concat(OurFamilies.Nodes()).Concat(OurFamilies.Keys()).Concat(OurFamilies.Court())
            .Concat(OurFamilies.Verifiers()).Single(table => table.Name == name);

    private static List<string> FieldsOf(RowBuffer row, int count)
    {
        var reader = new RowReader(row.Written);
        var fields = new List<string>();
        for (var i = 0; i < count; i++)
        {
            Assert.True(reader.TryRead(out var field));
            fields.Add(Convert.ToHexStringLower(field));
        }

        Assert.True(reader.IsAtEnd);
        return fields;
    }
}
