using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Attesting.Platforms;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Hosting;

/// <summary>Reads what is set about attestation: by others of us, and by us of others.</summary>
internal static class AttestingSettings
{
    private const string No = "no";
    private const string Tsm = "tsm";
    private const string Nsm = "nsm";
    private const string Emulated = "emulated-";
    private const long UsualLifetime = 168;
    private const int UsualRate = 6;

    /// <summary>All of it is read, so that what is wrong shows before a role is switched on; null where none is.</summary>
    public static AttestingOptions? Read(SettingsReader reader, Deployment? deployment, DatabaseOptions? database, bool verifies, TimeProvider clock)
    {
        var policy = ReadPolicy(reader);
        var roots = ReadRoots(reader, deployment);
        var archive = ArchiveSettings.Read(reader);
        var lifetime = reader.Number(Names.AttestLifetime, UsualLifetime, 1, 8_784);
        ReadIdle(reader, lifetime);
        var options = new AttestingOptions
        {
            Policy = policy,
            EmulatedRoots = roots?.Anchors ?? [],
            Lifetime = TimeSpan.FromHours(lifetime),
            Attester = ReadAttester(reader, verifies),
            Attested = ReadAttested(reader, roots, archive, clock),
            Archive = archive,
        };
        if (policy.AllowEmulated && deployment is { IsDevelopment: false })
            reader.Wrong(Names.AttestPolicy, "It lets emulated roots count, and the deployment is not one for development.", "Take allowEmulated out of it.");
        if (options.Attested is not null && database is { Engine: Engine.Postgres })
            reader.Wrong(Names.Attested, "An attested node's keys live in one process, and PostgreSQL is for several.", $"Give it a database of its own: {Names.Database}=sqlite:PATH.");
        return options is { Attester: null, Attested: null, Archive: null } ? null : options;
    }

    // What is told where nobody attests, nobody is attested, and nothing is kept.
    private static void ReadIdle(SettingsReader reader, long lifetime)
    {
        var anybody = reader.Text(Names.AttestListen) is not null || reader.Text(Names.Attested) is not (null or No);
        reader.Idle(Names.AttestLifetime, !anybody && lifetime != UsualLifetime, $"{Names.AttestListen} or {Names.Attested}");
        // The archive keeps what emulated roots sign where the policy lets them count.
        var anything = anybody || reader.Text(Names.AttestArchive) is not null;
        reader.Idle(Names.AttestPolicy, !anything && reader.Text(Names.AttestPolicy) is not null, $"{Names.AttestListen}, {Names.Attested} or {Names.AttestArchive}");
        reader.Idle(Names.AttestRoots, !anything && reader.Text(Names.AttestRoots) is not null, $"{Names.AttestListen}, {Names.Attested} or {Names.AttestArchive}");
    }

    private static AttestationPolicy ReadPolicy(SettingsReader reader)
    {
        const string Remedy = "docs/attestation/policy.schema.json is its form; without it the strict one holds.";
        if (reader.Text(Names.AttestPolicy) is not { } text)
            return AttestationPolicy.Default;
        if (ReadFile(reader, Names.AttestPolicy, reader.PathOf(text), PolicyFile.MaxBytes, Remedy) is not { } bytes)
            return AttestationPolicy.Default;
        if (PolicyFile.TryRead(bytes, out var policy, out var fault))
            return policy;
        reader.Wrong(Names.AttestPolicy, $"The policy is wrong at {fault}.", Remedy);
        return AttestationPolicy.Default;
    }

    private static EmulatedRoots? ReadRoots(SettingsReader reader, Deployment? deployment)
    {
        const string Remedy = "`og attest emulate` makes a file of them where there is none.";
        if (reader.Text(Names.AttestRoots) is not { } text)
            return null;
        if (deployment is { IsDevelopment: false })
            reader.Wrong(Names.AttestRoots, "Emulated roots are named, and the deployment is not one for development.", "Leave it out.");
        if (ReadFile(reader, Names.AttestRoots, reader.PathOf(text), EmulatedRoots.MaxBytes, Remedy) is not { } bytes)
            return null;
        var roots = EmulatedRoots.TryImport(System.Text.Encoding.UTF8.GetString(bytes));
        if (roots is null)
            reader.Wrong(Names.AttestRoots, "The file holds no emulated roots.", Remedy);
        return roots;
    }

    private static AttesterOptions? ReadAttester(SettingsReader reader, bool verifies)
    {
        var rate = (int)reader.Number(Names.AttestRate, UsualRate, 1, 10_000);
        var vetoes = reader.Flag(Names.AttestVeto);
        if (reader.Text(Names.AttestListen) is not { } text)
        {
            reader.Idle(Names.AttestRate, rate != UsualRate, Names.AttestListen);
            reader.Unprotected(Names.AttestVeto, vetoes, Names.AttestListen);
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var listen) || listen.Scheme != "http" || listen.Host.Length == 0)
            reader.Wrong(Names.AttestListen, "It is not one address.", "Give http://ADDRESS:PORT, or leave it out to attest to nothing.");
        else if (!verifies)
            reader.Wrong(Names.AttestListen, "Attesters are verifiers, and this relayer verifies nothing.", $"Set {Names.Verify}=yes.");
        else
            return new AttesterOptions { Listen = listen, RequestsPerMinute = rate, Vetoes = vetoes };
        return null;
    }

    private static AttestedOptions? ReadAttested(SettingsReader reader, EmulatedRoots? roots, ArchiveOptions? archive, TimeProvider clock)
    {
        var attesters = reader.Urls(Names.AttestedBy, reader.Text(Names.AttestedBy), "http", "https");
        var collateral = reader.Text(Names.AttestedCollateral) is { } folder ? reader.PathOf(folder) : null;
        var resume = (ulong)reader.Number(Names.AttestedResume, 0, 0, long.MaxValue);
        var curve = CurveOf(reader);
        if (collateral is not null && !Directory.Exists(collateral))
            reader.Wrong(Names.AttestedCollateral, $"There is no folder {collateral}.", "Name the folder with what the platform's vendor signs about it.");
        var text = reader.Text(Names.Attested) ?? No;
        if (text == No)
        {
            reader.Idle(Names.AttestedBy, attesters.Count > 0, Names.Attested);
            reader.Idle(Names.AttestedCollateral, collateral is not null, Names.Attested);
            reader.Idle(Names.AttestedResume, resume != 0, Names.Attested);
            return null;
        }

        reader.Idle(Names.AttestedCollateral, collateral is not null && text != Tsm, $"{Names.Attested}={Tsm}");
        if (attesters.Count == 0)
            reader.Wrong(Names.AttestedBy, "An attested node needs attesters, and none is named.", "Name their addresses, separated by commas: more than the register asks for.");
        if (SourceOf(reader, text, roots, collateral ?? (archive is null ? null : CollateralArchive.CurrentFolderOf(archive.Folder)), clock) is not { } source)
            return null;
        return new AttestedOptions { Source = source, Attesters = [.. attesters.Select(WithSlash)], ResumeAfter = resume, Curve = curve };
    }

    private static KeyCurve CurveOf(SettingsReader reader)
    {
        switch (reader.Text(Names.AttestKey))
        {
            case null or "secp256k1":
                return KeyCurve.Secp256k1;
            case "p256":
                return KeyCurve.P256;
            case var other:
                reader.Wrong(Names.AttestKey, $"'{other}' is no curve that keys are born on.", "Give secp256k1, or p256 where the chain has the precompile of EIP-7951.");
                return KeyCurve.Secp256k1;
        }
    }

    private static IEvidenceSource? SourceOf(SettingsReader reader, string text, EmulatedRoots? roots, string? collateral, TimeProvider clock)
    {
        if (text == Tsm)
            return new TsmSource(collateral);
        if (text == Nsm)
            return new NsmSource();
        TeeType? type = text switch
        {
            Emulated + "sgx" => TeeType.Sgx,
            Emulated + "tdx" => TeeType.Tdx,
            Emulated + "nitro" => TeeType.Nitro,
            Emulated + "snp" => TeeType.Snp,
            _ => null,
        };
        if (type is null)
            reader.Wrong(Names.Attested, $"'{text}' is no environment.", "Give no, tsm (a guest of TDX or SEV-SNP), nsm (a Nitro enclave), or in development emulated-tdx, emulated-snp, emulated-sgx or emulated-nitro.");
        else if (roots is null)
            reader.Wrong(Names.AttestRoots, "An emulated environment needs the roots of its attester.", "Name their file: `og attest emulate` makes one.");
        else
            return new EmulatedSource(roots, type.Value, clock);
        return null;
    }

    private static Uri WithSlash(Uri url) => url.AbsolutePath.EndsWith('/') ? url : new Uri(url.GetLeftPart(UriPartial.Path) + "/");

    private static byte[]? ReadFile(SettingsReader reader, string name, string path, int mostBytes, string remedy)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true } file)
                reader.Wrong(name, $"There is no file {path}.", remedy);
            else if (file.Length > mostBytes)
                reader.Wrong(name, $"{path} is longer than {mostBytes} bytes.", remedy);
            else
                return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            reader.Wrong(name, $"{path} cannot be read: {failure.Message}", remedy);
        }

        return null;
    }
}
