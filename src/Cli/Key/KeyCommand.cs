using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Signing.Keys;
using Spectre.Console;

namespace OpenGradient.Cli.Key;

/// <summary><c>og key</c>: keystore files. No option takes a key or a password, since a command line can be seen by others.</summary>
internal static class KeyCommand
{
    private static readonly Argument<string> File = new("file") { Description = "The keystore file." };

    private static readonly Option<string?> PasswordFile = new("--password-file")
    {
        Description = $"The file with the password ({KeySettingNames.Operator.PasswordFile}, or {KeySettingNames.Operator.Password} itself); asked for without it.",
    };

    private static readonly Option<string?> SecretFile =
        new("--secret-file") { Description = "The file with the private key or the phrase; asked for without it. /dev/stdin takes a pipe." };

    private static readonly Option<string?> DerivationPath =
        new("--path") { Description = "Which key of a phrase: m/44'/60'/0'/0/0 unless told." };

    private static readonly Option<bool> Light =
        new("--light") { Description = "Cheap to open, and cheap to guess: for keys that guard nothing." };

    public static Command Create(ActionGuard guard)
    {
        var create = new Command("new", "Make a new key in a new keystore file.") { File, PasswordFile, Light, ChainOptions.Config };
        create.SetAction(guard(async (context, cancellationToken) =>
        {
            using var key = PrivateKey.Generate();
            return await StoreAsync(context, key, cancellationToken);
        }));
        var import = new Command("import", "Put a private key, or a key of a mnemonic phrase, into a new keystore file.")
        {
            File, SecretFile, DerivationPath, PasswordFile, Light, ChainOptions.Config,
        };
        import.SetAction(guard(async (context, cancellationToken) =>
        {
            using var key = KeyImport.Read(context.Output, context.Parsed.GetValue(SecretFile), context.Parsed.GetValue(DerivationPath));
            return await StoreAsync(context, key, cancellationToken);
        }));
        var show = new Command("show", "Open a keystore file and show its address, and nothing else.") { File, PasswordFile, ChainOptions.Config };
        show.SetAction(guard(ShowAsync));
        return new Command("key", "Make, import and look at keystore files.") { create, import, show };
    }

    private static async Task<int> StoreAsync(CommandContext context, PrivateKey key, CancellationToken cancellationToken)
    {
        var path = PathOf(context);
        if (Path.Exists(path))
            throw Taken(path);

        using var password = NewPassword(context.Output, await FindAsync(context, cancellationToken), path);
        var kdf = context.Parsed.GetValue(Light) ? KeystoreKdf.Light : KeystoreKdf.Standard;
        if (!KeystoreFile.TryCreate(path, key, password.Text, kdf, cancellationToken: cancellationToken))
            throw Taken(path);

        Report(context.Output, new KeyReport(key.Address.ToString(), path));
        return ExitCode.Success;
    }

    private static async Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = PathOf(context);
        var find = await FindAsync(context, cancellationToken);
        var source = KeySettings.Read(
            KeySettingNames.Operator, name => name == KeySettingNames.Operator.Keystore ? path : find(name),
            file => SecretPrompt.Ask(context.Output.Errors, $"Password of {file}: "));
        // A keystore opens for any chain.
        var opening = await source.OpenAsync(default, cancellationToken);
        if (opening is KeyOpening.Refused(var problem, var remedy))
            throw new ExpectedFailureException(ExitCode.Failed, problem, remedy);

        using var opened = (KeyOpening.Opened)opening;
        Report(context.Output, new KeyReport(opened.Signer.Address.ToString(), path));
        return ExitCode.Success;
    }

    private static string PathOf(CommandContext context) => Path.GetFullPath(context.Parsed.GetValue(File)!);

    // The settings of the password alone: which key is meant stands on the command line.
    private static async Task<Func<string, string?>> FindAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = await KnownSettings.LoadAsync(context, cancellationToken, context.Parsed.GetValue(ChainOptions.Config));
        var (names, passwordFile) = (KeySettingNames.Operator, context.Parsed.GetValue(PasswordFile));
        return name => name == names.PasswordFile ? passwordFile ?? settings.Find(name) : name == names.Password ? settings.Find(name) : null;
    }

    private static SecretPassword NewPassword(CommandOutput output, Func<string, string?> find, string path)
    {
        var names = KeySettingNames.Operator;
        var password =
            find(names.PasswordFile) is { } file ? SecretPassword.ReadFile(file)
            : find(names.Password) is { } text ? new SecretPassword(text)
            : AskTwice(output, path);
        if (password is { Text.IsEmpty: false })
            return password;

        password?.Dispose();
        throw new ExpectedFailureException(
            ExitCode.Usage, "There is no password for the keystore.", $"Give --password-file, set {names.PasswordFile}, or run it at a terminal to be asked.");
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The password goes to whoever asked, or is disposed of.")]
    private static SecretPassword? AskTwice(CommandOutput output, string path)
    {
        var first = SecretPrompt.Ask(output.Errors, $"New password for {path}: ");
        if (first is null)
            return null;
        using var second = SecretPrompt.Ask(output.Errors, "The same again: ");
        if (second is not null && second.Text.SequenceEqual(first.Text))
            return first;

        first.Dispose();
        throw new ExpectedFailureException(ExitCode.Usage, "The two passwords differ.", "Nothing was written. Run it again.");
    }

    private static ExpectedFailureException Taken(string path) => new(
        ExitCode.Usage, $"There is a file {path} already, and no key is ever written over another.", "Name a file that does not exist.");

    private static void Report(CommandOutput output, KeyReport report) => output.Report(report, CliJson.Default.KeyReport, screen =>
    {
        screen.MarkupLineInterpolated($"[green]{report.Address}[/]");
        screen.MarkupLineInterpolated($"[grey]is in {report.File}. Keep a copy of it, and its password apart: nobody can restore either.[/]");
    });
}
