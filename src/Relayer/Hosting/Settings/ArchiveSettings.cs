using OpenGradient.Relayer.Attesting.Archive;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Hosting;

/// <summary>Reads where collateral is kept, and where it is had.</summary>
internal static class ArchiveSettings
{
    /// <summary>Null where none is kept.</summary>
    public static ArchiveOptions? Read(SettingsReader reader)
    {
        const long Usual = 6;
        var hours = reader.Number(Names.AttestArchiveEvery, Usual, 1, 168);
        List<CollateralSource> sources = [];
        foreach (var text in reader.List(Names.AttestArchiveFrom, reader.Text(Names.AttestArchiveFrom)))
        {
            if (!CollateralSource.TryParse(text, out var source))
                reader.Wrong(Names.AttestArchiveFrom, "An entry is not NAME=URL.", "Give names of letters, digits, dots and dashes, and http or https addresses, separated by commas.");
            else if (sources.Count == CollateralSource.MostSources || sources.Exists(other => other.Name == source.Name || other.IssuersName == source.Name || other.Name == source.IssuersName))
                reader.Wrong(Names.AttestArchiveFrom, $"The name {source.Name} stands there twice, or there are more than {CollateralSource.MostSources}.", "Give each source a name of its own.");
            else
                sources.Add(source);
        }

        var responder = reader.Url(Names.AttestArchiveOcsp);
        var isAsked = reader.Text(Names.AttestArchiveFrom) is not null || reader.Text(Names.AttestArchiveOcsp) is not null;
        reader.Idle(Names.AttestArchiveEvery, hours != Usual && !isAsked, $"{Names.AttestArchiveFrom} or {Names.AttestArchiveOcsp}");
        if (reader.Text(Names.AttestArchive) is { } folder)
            return new ArchiveOptions { Folder = reader.PathOf(folder), Sources = sources, Responder = responder, Every = TimeSpan.FromHours(hours) };
        if (sources.Count > 0 || responder is not null)
            reader.Wrong(Names.AttestArchive, "Sources of collateral are named, and no folder to keep it in.", "Name a folder.");
        return null;
    }
}
