using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using OpenGradient.Support;

namespace OpenGradient.Prover.Tests.Golden;

/// <summary>What an independent statement of the protocol, in plain Python with a known τ, made of the same model and inputs.</summary>
public sealed record ReferenceCase(
    ProofForm Form, string Descriptor, int[][] Weights, int[][] Biases, string Tau, int Columns, ulong ChainId, string Verifier, string W,
    string ProofCommitment, string[] Inputs, string[] Digests, string Items, string Opening)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static IReadOnlyList<ReferenceCase> All { get; } = JsonSerializer.Deserialize<ReferenceCase[]>(
        File.ReadAllText(Repository.PathOf("tests", "Prover.Tests", "Golden", "reference.json")), Json)!;

    public ProofContext Context() => new(new ChainId(ChainId), Address.Parse(Verifier));

    public IReadOnlyList<InferenceToProve> Inferences() =>
        [.. Inputs.Zip(Digests, (input, digest) => new InferenceToProve(Hex.Decode(input), Hash32.Parse(digest)))];

    public IntegerModel Model()
    {
        Assert.Null(IntegerDescriptor.TryRead(Hex.Decode(Descriptor), out var descriptor));
        var layers = Weights.Zip(Biases, (weights, biases) => new IntegerLayer(weights.Select(weight => (short)weight).ToArray(), biases));
        return Assert.IsType<IntegerReading.Accepted>(IntegerModel.Create(descriptor!, [.. layers])).Model;
    }

    public ProvingSetup Setup(int length) =>
        DevelopmentSetup.Create($"{SetupOrigin.DevelopmentMark} setup of the reference", Fr.FromUInt256(Hash32.Parse(Tau).ToUInt256()), length, TestWork.Here);
}
