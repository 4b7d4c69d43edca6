namespace OpenGradient.Cli;

/// <summary>The folder that holds this program's sources, tools and state.</summary>
public sealed record Checkout(string Root)
{
    /// <summary>The variable by which the launcher names the folder.</summary>
    public const string RootVariable = "OG_ROOT";

    private const string Marker = "OpenGradient.Relayer.sln";

    /// <summary>Where logs, stamps and reports go; never committed.</summary>
    public string StateFolder => Path.Combine(Root, ".og");

    public string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The launcher names the folder; without it, the folders above the program are searched.</summary>
    public static Checkout Find()
    {
        if (Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } named && File.Exists(Path.Combine(named, Marker)))
            return new Checkout(Path.GetFullPath(named));

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
                return new Checkout(folder.FullName);
        }

        throw new ExpectedFailureException(
            ExitCode.MissingPrerequisite, $"No {Marker} was found above {AppContext.BaseDirectory}.", "Run og from a checkout: ./og");
    }
}
