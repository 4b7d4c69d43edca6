using OpenGradient.Benchmarks.Attestation;
using OpenGradient.Benchmarks.Ethereum;
using OpenGradient.Benchmarks.Forgeries;
using OpenGradient.Benchmarks.Gas;
using OpenGradient.Benchmarks.Indexer;
using OpenGradient.Benchmarks.Inference;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Benchmarks.Private;
using OpenGradient.Benchmarks.Prover;
using OpenGradient.Benchmarks.Relayer;
using OpenGradient.Benchmarks.Sending;

namespace OpenGradient.Benchmarks;

/// <summary>All suites, in the order in which they run.</summary>
public static class BenchmarkSuites
{
    public static IReadOnlyList<BenchmarkSuite> All { get; } = [new EthereumSuite(), new GasSuite(), new SendingSuite(), new RelayerSuite(), new InferenceSuite(), new ProverSuite(), new ProverPeersSuite(), new ForgerySuite(), new AttestationSuite(), new IndexerSuite(), new PrivateSuite()];
}
