using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OpenGradient.Attestation.Bytes;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Policies;

/// <summary>
/// Reads a policy from JSON. docs/attestation/policy.schema.json is its form. A name that is not known refuses the file: a policy with a slip of the pen
/// must not be a laxer one.
/// </summary>
public static class PolicyFile
{
    public const int MaxBytes = 256 * 1024;

    private const int Version = 1;
    private const int MaxItems = 4096;
    private const int MaxSvn = 255;
    private const int MaxVmpl = 3;
    private const int MaxPcr = 31;
    private const int DaySeconds = 86_400;

    /// <summary>Reads a policy; <paramref name="fault"/> names the field that is wrong.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out AttestationPolicy? policy, out string fault)
    {
        (policy, fault) = (null, "the whole: it is no JSON object, or too long");
        if (json.Length > MaxBytes || !JsonFields.TryRead(json, out var fields))
            return false;

        fields.AllowOnly(
            "$schema", "version", "allowEmulated", "roots", "teeTypes", "workloads", "platforms", "deniedPlatforms", "dcap", "nitro", "snp", "nvidia");
        var isKnown = fields.Number("version", int.MaxValue) == Version;
        var standard = AttestationPolicy.Default;
        var read = new Reading();
        policy = new AttestationPolicy
        {
            AllowEmulated = fields.Flag("allowEmulated", standard.AllowEmulated),
            Roots = read.Hashes(fields, "roots"),
            TeeTypes = read.Words<TeeType>(fields, "teeTypes", []),
            Workloads = read.Hashes(fields, "workloads"),
            Platforms = read.Hashes(fields, "platforms"),
            DeniedPlatforms = read.Hashes(fields, "deniedPlatforms"),
            Dcap = fields.OptionalObject("dcap") is { } dcap ? ReadDcap(dcap, read, standard.Dcap) : standard.Dcap,
            Nitro = fields.OptionalObject("nitro") is { } nitro ? ReadNitro(nitro, read, standard.Nitro) : standard.Nitro,
            Snp = fields.OptionalObject("snp") is { } snp ? ReadSnp(snp, read, standard.Snp) : standard.Snp,
            Nvidia = fields.OptionalObject("nvidia") is { } nvidia ? ReadNvidia(nvidia, standard.Nvidia) : standard.Nvidia,
        };
        fault = fields.Fault ?? read.Fault ?? (isKnown ? string.Empty : "version");
        policy = fault.Length == 0 ? policy : null;
        return policy is not null;
    }

    private static DcapPolicy ReadDcap(JsonFields fields, Reading read, DcapPolicy standard)
    {
        fields.AllowOnly("statuses", "minTcbEvaluation", "allowSeptVeEnabled", "tdAttributes", "serviceTds", "mrTds", "mrEnclaves", "mrSigners");
        return new DcapPolicy
        {
            Statuses = read.Words(fields, "statuses", standard.Statuses),
            MinTcbEvaluation = fields.Has("minTcbEvaluation") ? (uint)fields.Number("minTcbEvaluation", int.MaxValue) : standard.MinTcbEvaluation,
            AllowSeptVeEnabled = fields.Flag("allowSeptVeEnabled", standard.AllowSeptVeEnabled),
            TdAttributes = fields.Has("tdAttributes") ? read.Bits(fields, "tdAttributes") : standard.TdAttributes,
            ServiceTds = read.Hex(fields, "serviceTds", 48),
            MrTds = read.Hex(fields, "mrTds", 48),
            MrEnclaves = read.Hex(fields, "mrEnclaves", 32),
            MrSigners = read.Hex(fields, "mrSigners", 32),
        };
    }

    private static NitroPolicy ReadNitro(JsonFields fields, Reading read, NitroPolicy standard)
    {
        fields.AllowOnly("maxAgeSeconds", "maxSkewSeconds", "pcrs");
        Dictionary<int, IReadOnlyList<string>> pcrs = [];
        if (fields.OptionalObject("pcrs") is { } registers)
        {
            foreach (var name in registers.Names)
            {
                if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= MaxPcr)
                    pcrs.Add(index, read.Hex(registers, name, 48));
                else
                    read.Refuse("pcrs");
            }
        }

        return new NitroPolicy
        {
            MaxAgeSeconds = fields.Has("maxAgeSeconds") ? fields.Number("maxAgeSeconds", DaySeconds) : standard.MaxAgeSeconds,
            MaxSkewSeconds = fields.Has("maxSkewSeconds") ? fields.Number("maxSkewSeconds", DaySeconds) : standard.MaxSkewSeconds,
            Pcrs = pcrs,
        };
    }

    private static SnpPolicy ReadSnp(JsonFields fields, Reading read, SnpPolicy standard)
    {
        fields.AllowOnly("products", "allowVlek", "vmpls", "minTcb", "allowMigrationAgent", "allowMissingCrl", "measurements", "hostData");
        return new SnpPolicy
        {
            Products = fields.Has("products") ? fields.OptionalTexts("products", MaxItems) : standard.Products,
            AllowVlek = fields.Flag("allowVlek", standard.AllowVlek),
            Vmpls = fields.Has("vmpls") ? fields.Numbers("vmpls", MaxVmpl, MaxVmpl + 1) : standard.Vmpls,
            MinTcb = fields.OptionalObject("minTcb") is { } floor ? ReadFloor(floor) : standard.MinTcb,
            AllowMigrationAgent = fields.Flag("allowMigrationAgent", standard.AllowMigrationAgent),
            AllowMissingCrl = fields.Flag("allowMissingCrl", standard.AllowMissingCrl),
            Measurements = read.Hex(fields, "measurements", 48),
            HostData = read.Hex(fields, "hostData", 32),
        };
    }

    private static SnpTcbFloor ReadFloor(JsonFields fields)
    {
        fields.AllowOnly("bootloader", "tee", "snp", "microcode", "fmc");
        return new SnpTcbFloor(Part("bootloader"), Part("tee"), Part("snp"), Part("microcode"), Part("fmc"));

        int Part(string name) => fields.Has(name) ? fields.Number(name, MaxSvn) : 0;
    }

    private static NvidiaPolicy ReadNvidia(JsonFields fields, NvidiaPolicy standard)
    {
        fields.AllowOnly("allowMissingManifests", "allowMissingOcsp");
        return new NvidiaPolicy
        {
            AllowMissingManifests = fields.Flag("allowMissingManifests", standard.AllowMissingManifests),
            AllowMissingOcsp = fields.Flag("allowMissingOcsp", standard.AllowMissingOcsp),
        };
    }

    /// <summary>Reads lists whose items have a form of their own.</summary>
    private sealed class Reading
    {
        public string? Fault { get; private set; }

        public void Refuse(string name) => Fault ??= name;

        public IReadOnlyList<Hash32> Hashes(JsonFields fields, string name) =>
            [.. fields.OptionalTexts(name, MaxItems).Select(text => Hash32.TryParse(text, out var hash) ? hash : Wrong<Hash32>(name))];

        public IReadOnlyList<string> Hex(JsonFields fields, string name, int bytes) =>
            [.. fields.OptionalTexts(name, MaxItems).Select(text => text.Length == bytes * 2 && text.All(char.IsAsciiHexDigit) ? text : Wrong<string>(name)!)];

        public IReadOnlyList<T> Words<T>(JsonFields fields, string name, IReadOnlyList<T> standard)
            where T : struct, Enum =>
            !fields.Has(name) ? standard : [.. fields.OptionalTexts(name, MaxItems).Select(text => NameOf<T>(text) ?? Wrong<T>(name))];

        public ulong Bits(JsonFields fields, string name) =>
            fields.Text(name) is ['0', 'x', .. var digits] && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) ? bits : Wrong<ulong>(name);

        // Numbers would parse as members too.
        private static T? NameOf<T>(string text)
            where T : struct, Enum => Array.FindIndex(Enum.GetNames<T>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is var i and >= 0 ? Enum.GetValues<T>()[i] : null;

        private T? Wrong<T>(string name)
        {
            Refuse(name);
            return default;
        }
    }
}
