using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Blobs;
using OpenGradient.Indexer.Fetching;

namespace OpenGradient.Indexer.Tests.Fetching;

/// <summary>Descriptions of models, by strangers.</summary>
public sealed class MetadataDocumentTests
{
    private const string Whole =
        """
        { "name": "credit-risk", "description": "Two lines\nof text.", "license": { "any": ["thing"] },
          "versions": { "1.0": { "file": "risk.onnx", "bytes": 1024, "signature": "0x01", "use": "Ask it." }, "2.10": { "file": "b.onnx", "signature": "0x" } } }
        """;

    public static TheoryData<string> Hostile =>
    [
        "", "null", "[]", "7", "\"text\"", "{", "{}x", "{ \"name\": \"a\", \"description\": \"\" } {}", "{ \"name\": \"a\", \"description\": \"\", }", "// no\n{ \"name\": \"a\", \"description\": \"\" }",
        "{}", """{ "name": "a" }""", """{ "name": "", "description": "" }""", """{ "name": null, "description": "" }""", """{ "name": 7, "description": "" }""", """{ "name": ["a"], "description": "" }""", """{ "name": "a", "description": "", "name": "b" }""",
        """{ "name": "a\nb", "description": "" }""", """{ "name": "a\u0000b", "description": "" }""", """{ "name": "\ud800", "description": "" }""", """{ "name": "a", "description": "\u0007" }""", """{ "name": "a", "description": 1 }""",
        """{ "name": "a", "description": "", "versions": [] }""", """{ "name": "a", "description": "", "versions": { "1.0": 1 } }""", """{ "name": "a", "description": "", "versions": { "one": {} } }""",
        """{ "name": "a", "description": "", "versions": { "1.0.0": {} } }""", """{ "name": "a", "description": "", "versions": { "-1.0": {} } }""", """{ "name": "a", "description": "", "versions": { "1.99999999999": {} } }""",
        """{ "name": "a", "description": "", "versions": { "1.0": { "bytes": -1 } } }""", """{ "name": "a", "description": "", "versions": { "1.0": { "bytes": 1e400 } } }""", """{ "name": "a", "description": "", "versions": { "1.0": { "bytes": 1.5 } } }""",
        """{ "name": "a", "description": "", "versions": { "1.0": { "bytes": "1" } } }""", """{ "name": "a", "description": "", "versions": { "1.0": { "file": 1 } } }""", """{ "name": "a", "description": "", "versions": { "1.0": {}, "1.0": {} } }""",
        """{ "name": "a", "description": "", "\ud800": 1 }""",
        $$"""{ "name": "{{new string('a', 201)}}", "description": "" }""", $$"""{ "name": "a", "description": "{{new string('a', 16_385)}}" }""",
        $$"""{ "name": "a", "description": "", "x": {{new string('[', 50)}}{{new string(']', 50)}} }""",
        $$"""{ "name": "a", "description": "", "versions": { {{string.Join(", ", Enumerable.Range(0, 257).Select(i => $"\"1.{i}\": {{}}"))}} } }""",
        $$"""{ "name": "a", "description": "" }{{new string(' ', MetadataDocument.MaxBytes)}}""",
    ];

    [Fact]
    public void A_description_is_read_with_its_versions()
    {
        var document = Read(Whole);

        Assert.Equal(("credit-risk", "Two lines\nof text."), (document.Name, document.Description));
        Assert.Equal([new DescribedVersion("1.0", "risk.onnx", 1024, "Ask it."), new DescribedVersion("2.10", "b.onnx", 0, "")], document.Versions);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_is_none_is_faulty_and_repeats_nothing(string text)
    {
        var faulty = Assert.IsType<MetadataReading.Faulty>(MetadataDocument.Read(Encoding.UTF8.GetBytes(text)));
        Assert.InRange(faulty.Fault.Length, 10, 120);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_faulty() => Assert.IsType<MetadataReading.Faulty>(MetadataDocument.Read((byte[])[.. "{ \"description\": \"\", \"name\": \"a"u8, 0xff, .. "\" }"u8]));

    [Fact]
    public void What_is_cut_is_faulty()
    {
        var whole = Encoding.UTF8.GetBytes(Whole.Trim());
        for (var length = 0; length < whole.Length; length++)
            Assert.IsType<MetadataReading.Faulty>(MetadataDocument.Read(whole.AsMemory(0, length)));
    }

    [Fact]
    public void Whatever_the_bytes_are_there_is_a_reading() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[] Noise, int Place)>(), made =>
        {
            var bytes = Encoding.UTF8.GetBytes(Whole);
            foreach (var (value, i) in made.Noise.Select((value, i) => (value, i)))
                bytes[((made.Place & 0xffff) + (i * 7)) % bytes.Length] = value;
            return MetadataDocument.Read(bytes) is not null;
        }));

    [Theory]
    [InlineData("blob:sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", true)]
    [InlineData("blob:sha256:6B86B273FF34FCE19D6B804EFF5A3F5747ADA4EAA22F1D49C01E52DDB7875B4B", true)]
    [InlineData("blob:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", false)]
    [InlineData("BLOB:sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", false)]
    [InlineData("blob:sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b ", false)]
    [InlineData("http://127.0.0.1/sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", false)]
    [InlineData("", false)]
    public void A_uri_names_a_blob_or_none(string uri, bool names)
    {
        Assert.Equal(names ? BlobHash.Of("1"u8) : null, MetadataDocument.BlobIn(uri));
        if (names)
            Assert.Equal(uri.ToLowerInvariant(), MetadataDocument.AddressOf(MetadataDocument.BlobIn(uri)!.Value));
    }

    private static MetadataDocument Read(string text) => Assert.IsType<MetadataReading.Good>(MetadataDocument.Read(Encoding.UTF8.GetBytes(text))).Document;
}
