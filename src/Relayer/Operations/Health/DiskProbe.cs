namespace OpenGradient.Relayer.Operations;

/// <summary>Whether there is room on the disks that are written to.</summary>
/// <param name="folders">Folders that are written to, at least one.</param>
public sealed class DiskProbe(IReadOnlyList<string> folders) : IHealthProbe
{
    private const double GiB = 1L << 30;
    private const long LittleRoom = 2L << 30;
    private const long NoRoom = 256L << 20;

    public Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HealthCheck>>([Disk()]);

    private HealthCheck Disk()
    {
        try
        {
            var (folder, free) = folders.Select(folder => (Folder: folder, Free: new DriveInfo(Existing(folder)).AvailableFreeSpace)).MinBy(entry => entry.Free);
            var details = $"{free / GiB:0.0} GiB free for {folder}";
            return free < NoRoom ? HealthCheck.Bad("disk", details, "Free some: nothing can be stored any more.", free)
                : free < LittleRoom ? HealthCheck.Warning("disk", details, "Free some, or give the cache a smaller budget.", free)
                : HealthCheck.Good("disk", details, free);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return HealthCheck.Warning("disk", failure.Message, "See that the folders of the settings are there.");
        }
    }

    // Some are made when something is first written to them: until then those above tell.
    private static string Existing(string folder)
    {
        var path = Path.GetFullPath(folder);
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } above)
            path = above;
        return path;
    }
}
