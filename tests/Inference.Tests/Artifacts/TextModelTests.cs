using System.Text;
using OpenGradient.Inference.Artifacts;

namespace OpenGradient.Inference.Tests.Artifacts;

public sealed class TextModelTests
{
    private const string Whole = """{"format":"OpenGradient.TextModel.1","model":"Qwen/Qwen3-8B","maxTokens":256}""";

    [Fact]
    public void Reads_a_document_whether_it_takes_a_text_for_the_system_or_not()
    {
        Assert.Equal(new TextModel("Qwen/Qwen3-8B", TakesSystem: false, MaxTokens: 256), Read(Whole));
        var both = Read(Whole.Replace("\"maxTokens\"", "\"system\": true, \"maxTokens\"", StringComparison.Ordinal));
        Assert.Equal(TextSignature.WithSystem, both.Signature);
        Assert.NotEqual(TextSignature.WithoutSystem.Hash, both.Signature.Hash);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"format":"OpenGradient.TextModel.2","model":"m","maxTokens":1}""")]
    [InlineData("""{"format":null,"model":"m","maxTokens":1}""")]
    [InlineData("""{"format":"OpenGradient.TextModel.1","maxTokens":1}""")]
    [InlineData("""{"format":"OpenGradient.TextModel.1","model":"","maxTokens":1}""")]
    [InlineData("""{"format":"OpenGradient.TextModel.1","model":"two words","maxTokens":1}""")]
    [InlineData("""{"format":"OpenGradient.TextModel.1","model":"m\u0007","maxTokens":1}""")]
    [InlineData("""{"format":"OpenGradient.TextModel.1","model":"m","maxTokens":0}""")]
    [InlineData("""{"format":"OpenGradient.TextModel.1","model":"m","maxTokens":1000001}""")]
    [InlineData("""{"format":"OpenGradient.TextModel.1","model":"m","maxTokens":1,"temperature":0}""")]
    [InlineData("""{"format":"OpenGradient.TextModel.1","model":"m","model":"n","maxTokens":1}""")]
    [InlineData("""{"format":"OpenGradient.TextModel.1","model":"m","maxTokens":1} {}""")]
    public void Refuses_what_two_readers_could_understand_in_two_ways(string document) => Assert.NotEmpty(Refusal(document));

    [Fact]
    public void Refuses_a_document_that_is_cut_off_anywhere_or_too_long()
    {
        for (var length = 0; length < Whole.Length; length++)
            Assert.NotEmpty(Refusal(Whole[..length]));
        Assert.Contains("at the most", Refusal(Whole + new string(' ', 1 << 14)), StringComparison.Ordinal);
        Assert.Contains("letters", Refusal(Whole.Replace("Qwen3", new string('q', 300), StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_nothing_of_a_strangers_names_that_a_terminal_would_act_on() =>
        Assert.All(Refusal("{\"\\u001b[2J\u00e9\":1}"), c => Assert.InRange(c, ' ', '~'));

    [Fact]
    public void No_onnx_artifact_is_taken_for_one()
    {
        Assert.False(TextModel.IsOne(Backends.TestModels.Scaling(1)));
        Assert.False(TextModel.IsOne([]));
        Assert.True(TextModel.IsOne(Encoding.UTF8.GetBytes(Whole)));
        Assert.IsType<ArtifactReading.Refused>(OnnxArtifact.Inspect(Encoding.UTF8.GetBytes(Whole), ArtifactLimits.Default));
    }

    private static TextModel Read(string document) => Assert.IsType<TextModelReading.Accepted>(TextModel.Read(Encoding.UTF8.GetBytes(document))).Model;

    private static string Refusal(string document) => Assert.IsType<TextModelReading.Refused>(TextModel.Read(Encoding.UTF8.GetBytes(document))).Detail;
}
