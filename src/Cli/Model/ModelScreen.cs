using System.Globalization;
using Spectre.Console;

namespace OpenGradient.Cli.Model;

/// <summary>Shows models to people.</summary>
internal static class ModelScreen
{
    /// <summary>A line as it is, without markup.</summary>
    public static void Line(IAnsiConsole screen, string line) => screen.WriteLine(line);

    /// <summary>How an integer model's outputs are read.</summary>
    public static string ScaleLine(double scale) => string.Create(CultureInfo.InvariantCulture, $"scale      {scale:R}: an output times this is what the float network gives");

    public static void ShowSignature(IAnsiConsole screen, SignatureReport signature)
    {
        foreach (var input in signature.Inputs)
            Line(screen, $"input      {input}");
        foreach (var output in signature.Outputs)
            Line(screen, $"output     {output}");
        Line(screen, $"signature  {signature.Hash}");
    }

    public static void ShowList(IAnsiConsole screen, IReadOnlyList<ModelReport> models)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("model", "version", "status", "semantics", "id");
        foreach (var model in models)
        {
            var name = model.Reference;
            foreach (var version in model.Versions)
            {
                table.AddRow(new Text(name), new Text(version.Number), new Text(version.Status), new Text(version.Semantics), new Text(version.VersionId));
                name = string.Empty;
            }

            if (model.Versions.Count == 0)
                table.AddRow(new Text(name), new Text("none"), new Text(string.Empty), new Text(string.Empty), new Text(string.Empty));
        }

        screen.Write(table);
        Line(screen, models.Count == 1 ? "1 model." : $"{models.Count} models.");
    }

    public static void Show(IAnsiConsole screen, ModelReport model)
    {
        Line(screen, $"model      {model.Reference}");
        Line(screen, $"id         {model.ModelId}");
        if (model.Owner != model.Creator)
            Line(screen, $"owner      {model.Owner}");
        Line(screen, model.Description is null ? $"The description cannot be had here ({model.MetadataUri})." : $"about      {model.Description}");
        foreach (var version in model.Versions)
            Show(screen, version);
    }

    private static void Show(IAnsiConsole screen, VersionReport version)
    {
        screen.WriteLine();
        Line(screen, $"{version.Number}  {version.Status}{(string.IsNullOrEmpty(version.Reason) ? string.Empty : $": {version.Reason}")}");
        Line(screen, $"version    {version.VersionId}");
        Line(screen, version.ToleranceAbs is null ? $"semantics  {version.Semantics}" : $"semantics  {version.Semantics}, |a - b| <= {version.ToleranceAbs} + {version.ToleranceRel} |b|");
        Line(screen, $"artifact   {version.ArtifactHash} (SHA-256)");
        if (version.Signature is { } signature)
            ShowSignature(screen, signature);
        else
            Line(screen, $"signature  {version.SignatureHash}; what it stands for is in the description, or in the artifact");
        if (version.OutputScale is { } scale)
            Line(screen, ScaleLine(scale));
        if (version.Use is { Length: > 0 } use)
            Line(screen, $"use        {use}");
        foreach (var uri in version.Uris)
            Line(screen, $"uri        {uri}");
        foreach (var place in version.Places ?? [])
            Line(screen, $"{(place.HasIt ? "had from  " : "not from  ")} {place.Place}: {place.Details}");
    }
}
