using OpenGradient.Cli.Doctor;

namespace OpenGradient.Cli.Tests.Doctor;

public sealed class PackageCheckTests : IDisposable
{
    private const string Lock = """
        {
          "packages": {
            "": { "name": "checkout" },
            "node_modules/needed": { "version": "1.2.3" },
            "node_modules/elsewhere": { "version": "1.0.0", "optional": true }
          }
        }
        """;

    private readonly Checkout _checkout = new(Directory.CreateTempSubdirectory("og-doctor-").FullName);

    [Fact]
    public void What_is_installed_as_pinned_is_good_without_what_is_optional() =>
        Assert.Equal(Health.Good, Check(Lock, """{ "packages": { "node_modules/needed": { "version": "1.2.3" } } }""").Health);

    [Fact]
    public void Another_version_and_a_missing_package_are_named()
    {
        Assert.Contains("needed", Check(Lock, """{ "packages": { "node_modules/needed": { "version": "1.2.4" } } }""").Detail, StringComparison.Ordinal);
        Assert.Contains("needed", Check(Lock, """{ "packages": {} }""").Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "packages": 1 }""")]
    [InlineData("""{ "packages": { "node_modules/needed": null } }""")]
    [InlineData("""{ "packages": { "node_modules/needed": { "version": 1 } } }""")]
    [InlineData("""{ "packages": { "node_modules/a": { "version": "1" }, "node_modules/a": { "version": "1" } } }""")]
    public void A_damaged_file_is_broken_and_says_what_to_run(string damaged)
    {
        foreach (var finding in (Finding[])[Check(Lock, damaged), Check(damaged, Lock)])
        {
            Assert.Equal(Health.Broken, finding.Health);
            Assert.Contains("npm ci", finding.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_lock_file_is_broken_too()
    {
        Check(Lock, Lock);
        File.Delete(_checkout.PathOf("package-lock.json"));

        Assert.Equal(Health.Broken, PackageCheck.Run(_checkout).Health);
    }

    public void Dispose() => Directory.Delete(_checkout.Root, recursive: true);

    private Finding Check(string wanted, string installed)
    {
        Directory.CreateDirectory(_checkout.PathOf("node_modules"));
        File.WriteAllText(_checkout.PathOf("package-lock.json"), wanted);
        File.WriteAllText(_checkout.PathOf("node_modules", ".package-lock.json"), installed);
        return PackageCheck.Run(_checkout);
    }
}
