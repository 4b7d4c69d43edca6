using System.CommandLine;
using System.Globalization;
using OpenGradient.Attestation;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Platforms;

namespace OpenGradient.Cli.Attest;

/// <summary><c>og attest</c>: what attestation evidence shows, without asking anyone; and evidence to try it with.</summary>
internal static class AttestCommand
{
    private const int MaxEvidenceBytes = 1024 * 1024;

    private static readonly Option<EvidenceKind> Kind = new("--kind") { Description = "Whose evidence it is: dcap, nitro, snp or nvidia.", Required = true };
    private static readonly Option<string> Evidence = new("--evidence") { Description = "The file of the evidence.", Required = true };
    private static readonly Option<string[]> Collateral = new("--collateral")
    {
        Description = "Files that it is checked against, or folders of them; as many as needed.",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> At = new("--at") { Description = "The time that everything must hold at, such as 2025-06-20T00:00:00Z; now without it." };
    private static readonly Option<string?> ReportData = new("--report-data") { Description = "What the environment says, in hexadecimal; when verifying, what it must say." };
    private static readonly Option<string?> Nonce = new("--nonce") { Description = "The nonce, in hexadecimal: of Nitro and NVIDIA, whose evidence has a place of its own for it." };
    private static readonly Option<TeeType> Tee = new("--tee") { Description = "What to stand in for: sgx, tdx, nitro, snp or nvidia.", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = "The folder to write to.", Required = true };

    public static Command Create(ActionGuard guard)
    {
        var verify = new Command("verify", "Check evidence: exit code 0 when it is accepted, 1 when it is refused, 2 when it cannot be read.")
        {
            Kind, Evidence, Collateral, At, TrustReading.Policy, TrustReading.AllowEmulated, TrustReading.RootsFile, ReportData, Nonce,
        };
        verify.SetAction(guard(VerifyAsync));
        var emulate = new Command("emulate", "Make evidence under a development root.") { Tee, Out, ReportData, Nonce, TrustReading.RootsFile };
        emulate.SetAction(guard(EmulateAsync));
        var fetch = new Command("fetch", "Ask this machine's own TDX, SEV-SNP or Nitro enclave for evidence.") { Out, ReportData, Nonce };
        fetch.SetAction(guard(FetchAsync));
        return new Command("attest", "Check, emulate and fetch attestation evidence, and keep what it is checked against.") { verify, emulate, fetch, CollateralCommand.Create(guard) };
    }

    private static async Task<int> VerifyAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var kind = parsed.GetRequiredValue(Kind);
        RequireDefined(Enum.IsDefined(kind));
        var evidence = await AttestFolder.ReadAsync(parsed.GetRequiredValue(Evidence), MaxEvidenceBytes, cancellationToken);
        var collateral = CollateralSet.Read(await AttestFolder.ReadFilesAsync(parsed.GetValue(Collateral) ?? [], cancellationToken));
        var (policy, anchors) = await TrustReading.ReadAsync(context, cancellationToken);
        var expectations = new Expectations { ReportData = HexOf(context, ReportData), Nonce = HexOf(context, Nonce) };
        var verdict = new AttestationVerifier(anchors, TimeProvider.System).Verify(
            kind, evidence, collateral, policy, expectations, TimeOf(parsed.GetValue(At)));
        context.Output.Report(AttestReport.Of(verdict), CliJson.Default.AttestReport, screen => AttestScreen.Show(screen, AttestReport.Of(verdict)));
        var isUnusable = verdict.Reasons.Any(reason => reason.Check is Check.EvidenceMalformed or Check.CollateralMalformed);
        return verdict.Accepted ? ExitCode.Success : isUnusable ? ExitCode.Usage : ExitCode.Failed;
    }

    private static async Task<int> EmulateAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var type = context.Parsed.GetRequiredValue(Tee);
        RequireDefined(Enum.IsDefined(type));
        var (reportData, nonce) = (HexOf(context, ReportData) ?? [], HexOf(context, Nonce));
        if (reportData.Length > EmulatedAttester.ReportDataBytes || (type == TeeType.Nvidia && nonce is { Length: not EmulatedAttester.GpuNonceBytes }))
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, "The report data or the nonce has no room.", $"Report data has up to {EmulatedAttester.ReportDataBytes} bytes, a GPU's nonce exactly {EmulatedAttester.GpuNonceBytes}.");
        }

        using var roots = await AttestFolder.ReadOrMakeRootsAsync(context.Parsed.GetValue(TrustReading.RootsFile) ?? AttestFolder.RootsOf(context.Checkout), cancellationToken);
        var made = new EmulatedAttester(roots, TimeProvider.System).Attest(type, reportData, nonce);
        return await WriteAsync(context, made.Kind, made.Evidence, made.Collateral, "emulated", cancellationToken);
    }

    private static async Task<int> FetchAsync(CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            var report = await MachineDevice.FetchAsync(HexOf(context, ReportData) ?? [], HexOf(context, Nonce) ?? [], cancellationToken);
            return await WriteAsync(context, report.Kind, report.Evidence, report.Collateral, "production", cancellationToken);
        }
        catch (EvidenceException failure)
        {
            throw new ExpectedFailureException(failure.IsMissing ? ExitCode.Usage : ExitCode.Failed, failure.Problem, failure.Remedy);
        }
    }

    private static async Task<int> WriteAsync(
        CommandContext context, EvidenceKind kind, ReadOnlyMemory<byte> evidence, IReadOnlyList<CollateralFile> collateral, string label, CancellationToken cancellationToken)
    {
        var (evidencePath, collateralFolder) = await AttestFolder.WriteAsync(Path.GetFullPath(context.Parsed.GetRequiredValue(Out)), evidence, collateral, cancellationToken);
        var files = new AttestFiles($"{kind}".ToLowerInvariant(), evidencePath, collateralFolder, label);
        context.Output.Report(files, CliJson.Default.AttestFiles, screen => AttestScreen.Show(screen, files));
        return ExitCode.Success;
    }

    // The parser takes numbers for members of a list, too.
    private static void RequireDefined(bool isDefined)
    {
        if (!isDefined)
            throw new ExpectedFailureException(ExitCode.Usage, "There is no such kind of evidence.", "`og attest verify --help` and `og attest emulate --help` name those there are.");
    }

    private static byte[]? HexOf(CommandContext context, Option<string?> option)
    {
        if (context.Parsed.GetValue(option) is not { } text)
            return null;
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        var bytes = new byte[digits.Length / 2];
        return digits.Length % 2 == 0 && Hex.TryDecode("0x" + digits, bytes)
            ? bytes
            : throw new ExpectedFailureException(ExitCode.Usage, $"The value of {option.Name} is not hexadecimal.", "Give an even number of digits.");
    }

    private static DateTimeOffset? TimeOf(string? text)
    {
        if (text is null)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new ExpectedFailureException(ExitCode.Usage, $"{PlainText.Of(text)} is no time.", "Write it as 2025-06-20T00:00:00Z.");
    }
}
