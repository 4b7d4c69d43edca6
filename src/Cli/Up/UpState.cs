using System.Globalization;
using OpenGradient.Cli.Deploy;
using OpenGradient.Foundry;

namespace OpenGradient.Cli.Up;

/// <summary>
/// The folder of what one <c>og up</c> writes for others to find: where the contracts are, and an attested receipt. Two that wrote into one would take each other's place, so that it is
/// held for as long as this one runs; the system lets go of it however the process ends.
/// </summary>
internal sealed class UpState : IDisposable
{
    private const string LockName = "lock";
    private const string HolderName = "process";
    private const string AddressesName = "deployment.json";

    private readonly Checkout _checkout;
    private readonly FileStream _held;
    private readonly bool _isOwn;

    private UpState(Checkout checkout, string folder, FileStream held, bool isOwn) => (_checkout, Folder, _held, _isOwn) = (checkout, folder, held, isOwn);

    public string Folder { get; }

    /// <summary>The file for the addresses of the contracts, where that is not the checkout's own for the chain.</summary>
    public string? AddressesFile => _isOwn ? Path.Combine(Folder, AddressesName) : null;

    /// <summary>Takes the folder.</summary>
    /// <param name="checkout">Whose folder it is if no other is named.</param>
    /// <param name="folder">Another, absolute or from here.</param>
    /// <exception cref="ExpectedFailureException">Another process has it.</exception>
    public static UpState Take(Checkout checkout, string? folder)
    {
        var path = Directory.CreateDirectory(folder is null ? FolderOf(checkout) : Path.GetFullPath(folder)).FullName;
        return Take(
            checkout, path, isOwn: folder is not null, $"Another og up{HolderOf(path)} keeps what it writes in {path}, or an og deploy writes there.",
            "End that one, or give this one a folder of its own (--state DIR) and a free port (OG_CHAIN_PORT=0).");
    }

    /// <summary>Takes the folder of whichever <c>og up</c> would write a file of addresses, for as long as something else writes it; null where none would.</summary>
    /// <param name="checkout">The checkout.</param>
    /// <param name="addressesFile">The file, absolute or from the checkout.</param>
    /// <exception cref="ExpectedFailureException">One runs whose contracts the file tells of.</exception>
    public static UpState? TakeOf(Checkout checkout, string addressesFile)
    {
        var file = Path.GetFullPath(Path.Combine(checkout.Root, addressesFile));
        var isOwn = file != Path.GetFullPath(Path.Combine(checkout.Root, AddressBook.FileOf(AnvilOptions.DevelopmentChainId)));
        var folder = isOwn ? Path.GetDirectoryName(file)! : FolderOf(checkout);
        // A folder in which no og up ever was is nobody's.
        if (isOwn && (Path.GetFileName(file) != AddressesName || !File.Exists(Path.Combine(folder, LockName))))
            return null;
        var path = Directory.CreateDirectory(folder).FullName;
        return Take(
            checkout, path, isOwn, $"An og up{HolderOf(path)} is running, and {addressesFile} says where its contracts are.",
            $"End that one, or have these addresses written to another file ({DeploymentSettings.File}).");
    }

    private static string FolderOf(Checkout checkout) => Path.Combine(checkout.StateFolder, "up");

    private static UpState Take(Checkout checkout, string path, bool isOwn, string problem, string remedy)
    {
#pragma warning disable CA2000 // It is let go of with the state.
        var state = new UpState(checkout, path, Hold(path, problem, remedy), isOwn);
#pragma warning restore CA2000
        try
        {
            // Whoever comes next cannot read what is held.
            File.WriteAllText(Path.Combine(path, HolderName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>A file of the folder as a command names it that is run from the checkout.</summary>
    public string Shown(string path)
    {
        var shown = _isOwn ? path : Path.GetRelativePath(_checkout.Root, path);
        return shown.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_') ? shown : $"'{shown.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    public void Dispose()
    {
        try
        {
            File.Delete(Path.Combine(Folder, HolderName));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Somebody has cleared the folder away: nothing is left of it to be taken back.
        }
        finally
        {
            _held.Dispose();
        }
    }

    private static FileStream Hold(string folder, string problem, string remedy)
    {
        var path = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException) when (IsHeld(path))
        {
            throw new ExpectedFailureException(ExitCode.Failed, problem, remedy);
        }
    }

    // Of what cannot be opened for another reason the system's own words say more.
    private static bool IsHeld(string path)
    {
        try
        {
            using var free = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return false;
        }
        catch (IOException)
        {
            return File.Exists(path);
        }
    }

    private static string HolderOf(string folder)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(folder, HolderName)), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                ? string.Create(CultureInfo.InvariantCulture, $", process {process},") : "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It has not said yet which it is, or ends just now.
            return "";
        }
    }
}
