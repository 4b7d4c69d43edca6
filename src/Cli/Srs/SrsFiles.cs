using OpenGradient.Prover;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Cli.Srs;

/// <summary>Setups' files, as commands read and write them.</summary>
internal static class SrsFiles
{
    public static async Task<ProvingSetup> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = Open(path);
        return await SetupFile.ReadAsync(file, Work.OnAllCores(cancellationToken)) switch
        {
            SetupReading.Accepted(var setup) => setup,
            SetupReading.Refused(var detail) => throw new ExpectedFailureException(
                ExitCode.Failed, $"{path} is no setup: {detail}", "Make one with `og srs dev`, or `og srs import` a ceremony's."),
            _ => throw new InvalidOperationException("There is a reading that is not known."),
        };
    }

    /// <summary>Writes beside the file and moves: a setup that is cut off is never in its place.</summary>
    public static async Task WriteAsync(string path, ProvingSetup setup, CancellationToken cancellationToken)
    {
        var partial = path + ".partial";
        await using (var file = File.Create(partial))
            await SetupFile.WriteAsync(setup, file, cancellationToken);
        File.Move(partial, path, overwrite: true);
    }

    public static FileStream Open(string path) => File.Exists(path)
        ? File.OpenRead(path)
        : throw new ExpectedFailureException(ExitCode.Failed, $"There is no file {path}.", "Name a file that is there.");
}
