namespace OpenGradient.Support;

/// <summary>The checkout that the tests run in.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OpenGradient.Relayer.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests run inside a checkout: no OpenGradient.Relayer.sln was found above them.");
    }
}
