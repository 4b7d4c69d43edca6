using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Model.Publishing;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Model;

/// <summary><c>og model init</c>: a manifest for an artifact, with a word on each line.</summary>
internal static class ModelInitCommand
{
    private const int ToleranceDecimals = 18;

    private static readonly Argument<string> Artifact = new("artifact") { Description = "An ONNX model, an integer model (.ogq), or the document of a text model." };
    private static readonly Option<string?> Name = new("--name") { Description = "The model's name; the file's without it." };
    private static readonly Option<string?> Target = new("--output", "-o") { Description = $"Where to write; {ModelPublication.DefaultFile} beside the artifact without it." };
    private static readonly Option<bool> Unmeasured = new("--no-measure") { Description = "Do not run the model to find a tolerance: you will fill it in." };
    private static readonly Option<bool> Force = new("--force") { Description = "Write over a file that is there." };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("init", "Look through an artifact, and write a manifest to publish it by.") { Artifact, Name, Target, Unmeasured, Force };
        command.SetAction(guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var path = Path.GetFullPath(parsed.GetRequiredValue(Artifact));
        var name = parsed.GetValue(Name) ?? ModelNames.Suggest(path);
        if (!ModelNames.IsName(name))
            throw new ExpectedFailureException(ExitCode.Usage, $"'{PlainText.Of(name)}' is no name of a model.", ModelNames.Rule);
        var target = Path.GetFullPath(parsed.GetValue(Target) ?? Path.Combine(Path.GetDirectoryName(path)!, ModelPublication.DefaultFile));
        if (File.Exists(target) && !parsed.GetValue(Force))
            throw new ExpectedFailureException(ExitCode.Usage, $"{target} is there already.", "Name another with --output, or give --force to write over it.");

        var artifact = await ModelArtifact.ReadAsync(path, cancellationToken);
        string? absolute = null, relative = null;
        if (artifact.Kind == SemanticsKind.Float && !parsed.GetValue(Unmeasured))
        {
            var tolerance = (await ModelMeasureCommand.MeasureAsync(context, artifact, [], questions: null, cancellationToken)).Suggested;
            (absolute, relative) = (Format(tolerance.Absolute), Format(tolerance.Relative));
        }

        var file = Path.GetRelativePath(Path.GetDirectoryName(target)!, path);
        await File.WriteAllTextAsync(target, Write(name, file, artifact, absolute, relative), cancellationToken);
        var report = new ModelInitReport(target, name, artifact.Kind.ToString(), absolute, relative, SignatureReport.Of(artifact.Signature));
        context.Output.Report(report, CliJson.Default.ModelInitReport, screen =>
        {
            ModelScreen.ShowSignature(screen, report.Signature);
            ModelScreen.Line(screen, $"Wrote {target}. Read it over, and publish it: og model publish {target}");
        });
        return ExitCode.Success;
    }

    private static string Format(UInt128 value) => Units.Format((UInt256)value, ToleranceDecimals);

    private static string Write(string name, string file, ModelArtifact artifact, string? absolute, string? relative)
    {
        var text = new StringBuilder(
            $$"""
            {
              // 1 to 64 of a-z, 0-9, '-', '_' and '.'. It is yours for good: the model is called by your address and this name.
              "name": {{Text(name)}},

              // What it does, for people. It can be changed later.
              "description": "",

              // How inputs are made, and outputs read, for people who want to ask it.
              "use": "",

              // The artifact, beside this file. Its SHA-256 is published, and nodes run nothing else.
              "file": {{Text(file)}},

              // Major and minor. A version never changes: what is different gets another number.
              "version": "1.0",

              // When two answers to one question are the same. Float: within the tolerance. Integer: equal; only integer models (.ogq).
              // None: never, so that no answer can be contested.
              "semantics": {{Text(artifact.Kind.ToString())}},

            """);
        if (artifact.Kind == SemanticsKind.Float)
        {
            text.Append(
                $$"""

                  // |a - b| <= toleranceAbs + toleranceRel * |b|. Too narrow, and honest nodes lose their stake on other machines; too wide, and wrong answers
                  // pass.{{(absolute is null ? " `og model measure` finds one." : " Measured on this machine, with a margin of ten.")}}
                  "toleranceAbs": {{Text(absolute ?? "0")}},
                  "toleranceRel": {{Text(relative ?? "0")}},

                """);
        }

        return text.Append(
            """

              // Where else it can be had, beside your storage: https://… or ipfs://…. Whoever reads it checks the hash.
              "uris": []
            }

            """).ToString();
    }

    private static string Text(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
