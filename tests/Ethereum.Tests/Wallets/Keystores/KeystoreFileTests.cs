using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Wallets;

public sealed class KeystoreFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keystores-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Writes_a_file_that_only_its_owner_can_read_and_nothing_else()
    {
        var path = PathOf("key");

        Assert.True(KeystoreSample.CreateFile(path));

        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.FullName));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.OpenFile(path)));
    }

    [Fact]
    public void Flushes_the_folder_that_the_name_is_in_and_says_when_that_fails()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Folders are flushed on Linux only.");

        FolderFlush.Of(PathOf("key"));
        FolderFlush.Of("relative");
        FolderFlush.Of("/key");
        // What cannot be flushed for want of ability, not of health: the system's own files have no disk.
        FolderFlush.Of("/proc/self/key");

        var failure = Assert.Throws<IOException>(() => FolderFlush.Of(Path.Combine(PathOf("missing"), "key")));
        Assert.Contains(PathOf("missing"), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Never_touches_what_is_there_already()
    {
        var (file, folder, dangling) = (PathOf("file"), PathOf("folder"), PathOf("dangling"));
        File.WriteAllText(file, "precious");
        Directory.CreateDirectory(folder);
        File.CreateSymbolicLink(dangling, PathOf("nowhere"));

        foreach (var path in new[] { file, folder, dangling })
            Assert.False(KeystoreSample.CreateFile(path));

        Assert.Equal("precious", File.ReadAllText(file));
        Assert.Equal(3, Directory.GetFileSystemEntries(_folder.FullName).Length);
    }

    [Fact]
    public void Does_not_overwrite_a_file_that_comes_while_it_works()
    {
        var path = PathOf("key");
        var race = new OnReport(() => File.WriteAllText(path, "first"));

        Assert.False(KeystoreSample.CreateFile(path, progress: race));

        Assert.Equal("first", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public void Leaves_nothing_behind_when_it_is_cancelled_or_the_folder_is_missing()
    {
        using var key = KeystoreSample.Key();

        Assert.Throws<OperationCanceledException>(() => KeystoreFile.TryCreate(
            PathOf("key"), key, "x", KeystoreSample.Cheap, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Throws<DirectoryNotFoundException>(
            () => KeystoreSample.CreateFile(Path.Combine(PathOf("missing"), "key")));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public void Reads_no_more_of_a_large_file_than_tells_that_it_is_no_keystore()
    {
        using (var file = File.Create(PathOf("large")))
            file.SetLength(1L << 40);

        Assert.IsType<KeystoreOpening.Malformed>(KeystoreSample.OpenFile(PathOf("large"), "x"));
        Assert.Throws<FileNotFoundException>(() => KeystoreSample.OpenFile(PathOf("missing"), "x"));
    }

    [Fact]
    public async Task Cast_opens_what_we_write_and_we_open_what_cast_writes()
    {
        var cast = FoundryPrograms.Cast(Repository.Root);
        var token = TestContext.Current.CancellationToken;
        foreach (var (name, kdf) in new (string, KeystoreKdf)[] { ("scrypt", KeystoreKdf.Light), ("pbkdf2", new KeystoreKdf.Pbkdf2(1000)) })
        {
            Assert.True(KeystoreSample.CreateFile(PathOf(name), kdf));
            var address = await PeerProcess.RunAsync(
                cast, ["wallet", "address", "--keystore", PathOf(name), "--password", KeystoreSample.Password], "", token);
            var secret = await PeerProcess.RunAsync(
                cast,
                ["wallet", "decrypt-keystore", name, "--keystore-dir", _folder.FullName, "--unsafe-password", KeystoreSample.Password],
                "",
                token);
            Assert.Equal(KeystoreSample.Address, address.Trim());
            Assert.Contains("0x" + KeystoreSample.Secret, secret, StringComparison.Ordinal);
        }

        await PeerProcess.RunAsync(
            cast,
            [
                "wallet", "import", "theirs", "--private-key", "0x" + KeystoreSample.Secret, "--keystore-dir", _folder.FullName,
                "--unsafe-password", KeystoreSample.Password,
            ],
            "",
            token);
        Assert.Equal(KeystoreSample.Secret, KeystoreSample.SecretOf(KeystoreSample.OpenFile(PathOf("theirs"))));
        Assert.IsType<KeystoreOpening.WrongPasswordOrDamaged>(KeystoreSample.OpenFile(PathOf("theirs"), "wrong"));
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private sealed class OnReport(Action action) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value >= 1)
                action();
        }
    }
}
