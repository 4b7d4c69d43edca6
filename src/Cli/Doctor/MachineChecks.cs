using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using OpenGradient.Foundry;

namespace OpenGradient.Cli.Doctor;

/// <summary>The single checks of a machine. Each looks at one thing and says how to mend it.</summary>
internal sealed class MachineChecks(Checkout checkout, int chainPort)
{
    private const int WantedNodeMajor = 20;
    private const int WantedSdkMajor = 10;
    private const long WantedFreeDiskBytes = 2L << 30;
    private const long WantedMemoryBytes = 2L << 30;
    private const string Secp256k1Oid = "1.3.132.0.10";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        List<Finding> findings =
        [
            Platform(),
            await VersionAsync("dotnet", "--version", WantedSdkMajor, "Install the .NET 10 SDK.", cancellationToken),
            await VersionAsync("node", "--version", WantedNodeMajor, "Install Node.js 20 or later.", cancellationToken),
            PackageCheck.Run(checkout),
        ];
        foreach (var program in (string[])["anvil", "forge", "cast"])
            findings.Add(await FoundryProgramAsync(program, cancellationToken));
        findings.Add(await CompilerAsync(cancellationToken));
        findings.AddRange([Contracts(), Curve(), Vectors(), Memory(), Disk(), Writable(), Port()]);
        return findings;
    }

    // Whether what is there is current, forge finds out when it is asked to deploy.
    private Finding Contracts() => Finding.Good(
        "contracts", File.Exists(checkout.PathOf("contracts", "out", "InferenceHub.sol", "InferenceHub.json"))
            ? "compiled"
            : "not compiled yet: the first `og up` or `og deploy` does it, which takes a minute or two");

    private static Finding Platform()
    {
        var name = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}";
        if (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
            return Finding.Good("platform", $"{name}: the reference platform");
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            return Finding.Limited(
                "platform", $"{name}: npm brings Foundry only for Linux x64, and nothing is tested here",
                $"Put Foundry {FoundryPrograms.Version} on PATH; the library, the contracts and the local chain should then work.");
        }

        return Finding.Limited(
            "platform", $"{name}: the launcher and the Solidity compiler's wrapper need a POSIX shell",
            "Run inside WSL 2, which is Linux x64.");
    }

    private async Task<Finding> VersionAsync(
        string program, string argument, int wantedMajor, string remedy, CancellationToken cancellationToken)
    {
        if (await FirstLineAsync(program, argument, cancellationToken) is not { } line)
            return Finding.Broken(program, "not found on PATH", remedy);

        var major = line.TrimStart('v').Split('.')[0];
        return int.TryParse(major, CultureInfo.InvariantCulture, out var number) && number >= wantedMajor
            ? Finding.Good(program, line)
            : Finding.Broken(program, $"{line} is older than {wantedMajor}", remedy);
    }

    private async Task<Finding> FoundryProgramAsync(string program, CancellationToken cancellationToken)
    {
        string path;
        try
        {
            path = program switch
            {
                "anvil" => FoundryPrograms.Anvil(checkout.Root),
                "forge" => FoundryPrograms.Forge(checkout.Root),
                _ => FoundryPrograms.Cast(checkout.Root),
            };
        }
        catch (MissingProgramException missing)
        {
            return Finding.Broken(program, missing.Problem, missing.Remedy);
        }

        return await FirstLineAsync(path, "--version", cancellationToken) switch
        {
            null => Finding.Broken(program, $"{path} does not run", "Delete node_modules and run `npm ci`."),
            var line when line.Contains(FoundryPrograms.Version, StringComparison.Ordinal) => Finding.Good(program, line),
            var line => Finding.Limited(program, line, $"Install Foundry {FoundryPrograms.Version}, which is what is tested."),
        };
    }

    private async Task<Finding> CompilerAsync(CancellationToken cancellationToken) =>
        await LastLineAsync(checkout.PathOf("eng", "solc"), "--version", cancellationToken) is { } line
            ? Finding.Good("solc", line)
            : Finding.Broken("solc", "eng/solc does not run", "Check that it is executable (chmod +x eng/solc), then run `npm ci`.");

    private static Finding Curve()
    {
        try
        {
            using var key = ECDsa.Create(ECCurve.CreateFromValue(Secp256k1Oid));
            return Finding.Good("secp256k1", $"signed by {SafeOpenSsl()}");
        }
        catch (Exception failure) when (failure is CryptographicException or PlatformNotSupportedException)
        {
            return Finding.Broken(
                "secp256k1", $"the system's cryptography has no secp256k1: {failure.Message}",
                "Install OpenSSL 3 with all its curves; some distributions ship it cut down.");
        }
    }

    private static string SafeOpenSsl() =>
        OperatingSystem.IsLinux()
            ? $"OpenSSL {(SafeEvpPKeyHandle.OpenSslVersion >> 28) & 15}.{(SafeEvpPKeyHandle.OpenSslVersion >> 20) & 255}." +
              $"{(SafeEvpPKeyHandle.OpenSslVersion >> 4) & 65535}"
            : "the system's cryptography";

    private static Finding Vectors() =>
        Vector512.IsHardwareAccelerated ? Finding.Good("vector units", "512 bits")
        : Vector256.IsHardwareAccelerated ? Finding.Good("vector units", "256 bits")
        : Finding.Limited("vector units", "no 256-bit vectors: batched hashing runs scalar", "Nothing to mend; expect less throughput.");

    private static Finding Memory()
    {
        var bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return bytes >= WantedMemoryBytes
            ? Finding.Good("memory", Gibibytes(bytes))
            : Finding.Limited("memory", $"{Gibibytes(bytes)} for this process", "Give it 2 GiB or more; tests and key stores use up to 1 GiB.");
    }

    private Finding Disk()
    {
        var free = new DriveInfo(checkout.Root).AvailableFreeSpace;
        return free >= WantedFreeDiskBytes
            ? Finding.Good("disk", $"{Gibibytes(free)} free")
            : Finding.Broken("disk", $"{Gibibytes(free)} free where the checkout is", "Free 2 GiB.");
    }

    private Finding Writable()
    {
        var probe = Path.Combine(checkout.StateFolder, "doctor.probe");
        try
        {
            Directory.CreateDirectory(checkout.StateFolder);
            File.WriteAllText(probe, string.Empty);
            File.Delete(probe);
            return Finding.Good("state folder", checkout.StateFolder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Finding.Broken("state folder", $"cannot be written: {failure.Message}", $"Make {checkout.StateFolder} yours and writable.");
        }
    }

    private Finding Port()
    {
        var subject = $"port {chainPort.ToString(CultureInfo.InvariantCulture)}";
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, chainPort);
            listener.Start();
            return Finding.Good(subject, "free for the local chain");
        }
        catch (SocketException)
        {
            return Finding.Limited(
                subject, "taken: perhaps `og up` runs already",
                "Stop what uses it, or choose another with OG_CHAIN_PORT (0 takes any free one).");
        }
    }

    private async Task<string?> FirstLineAsync(string program, string argument, CancellationToken cancellationToken) =>
        (await LinesAsync(program, argument, cancellationToken))?.FirstOrDefault();

    private async Task<string?> LastLineAsync(string program, string argument, CancellationToken cancellationToken) =>
        (await LinesAsync(program, argument, cancellationToken))?.LastOrDefault();

    private async Task<string[]?> LinesAsync(string program, string argument, CancellationToken cancellationToken)
    {
        try
        {
            var run = await ProgramRunner.RunAsync(new ProgramRun(program, [argument], checkout.Root), cancellationToken);
            return run.Succeeded ? run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : null;
        }
        catch (MissingProgramException)
        {
            // Not found, or not executable: the finding says so.
            return null;
        }
    }

    private static string Gibibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GiB");
}
