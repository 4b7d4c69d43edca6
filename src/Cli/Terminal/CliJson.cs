using System.Text.Json.Serialization;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Cli.Attest;
using OpenGradient.Cli.Bindings;
using OpenGradient.Cli.Deploy;
using OpenGradient.Cli.Doctor;
using OpenGradient.Cli.Indexer;
using OpenGradient.Cli.Key;
using OpenGradient.Cli.Model;
using OpenGradient.Cli.Model.Compiling;
using OpenGradient.Cli.Node;
using OpenGradient.Cli.Prove;
using OpenGradient.Cli.Query;
using OpenGradient.Cli.Receipt;
using OpenGradient.Cli.Relayer;
using OpenGradient.Cli.Request;
using OpenGradient.Cli.Srs;
using OpenGradient.Cli.Testing;
using OpenGradient.Cli.Up;
using OpenGradient.Cli.Verify;
using OpenGradient.Samples;

namespace OpenGradient.Cli.Terminal;

/// <summary>The JSON forms of all reports.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeployReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(BindingsReport))]
[JsonSerializable(typeof(KeyReport))]
[JsonSerializable(typeof(NodeReport))]
[JsonSerializable(typeof(RequestReport))]
[JsonSerializable(typeof(RefundReport))]
[JsonSerializable(typeof(IReadOnlyList<ReceiptReport>))]
[JsonSerializable(typeof(ReceiptVerdict))]
[JsonSerializable(typeof(BundleReport))]
[JsonSerializable(typeof(MadeBundle))]
[JsonSerializable(typeof(PrivateRequestReport))]
[JsonSerializable(typeof(AttestReport))]
[JsonSerializable(typeof(AttestFiles))]
[JsonSerializable(typeof(CollateralList))]
[JsonSerializable(typeof(CollateralRefresh))]
[JsonSerializable(typeof(CollateralShown))]
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(CertificateReport))]
[JsonSerializable(typeof(IndexerKeyReport))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonArray))]
[JsonSerializable(typeof(ProveReport))]
[JsonSerializable(typeof(RaiseReport))]
[JsonSerializable(typeof(VerifyProofReport))]
[JsonSerializable(typeof(TestReport))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(RelayerStatus))]
[JsonSerializable(typeof(ModelInitReport))]
[JsonSerializable(typeof(ModelMeasureReport))]
[JsonSerializable(typeof(ModelPublishReport))]
[JsonSerializable(typeof(IReadOnlyList<ModelReport>))]
[JsonSerializable(typeof(ModelReport))]
[JsonSerializable(typeof(ModelPullReport))]
[JsonSerializable(typeof(ModelEndReport))]
[JsonSerializable(typeof(ModelCompileReport))]
[JsonSerializable(typeof(ModelCommitReport))]
[JsonSerializable(typeof(SrsReport))]
[JsonSerializable(typeof(VerifierFile))]
[JsonSerializable(typeof(UpReport))]
[JsonSerializable(typeof(List<BenchmarkReport>))]
internal sealed partial class CliJson : JsonSerializerContext;
