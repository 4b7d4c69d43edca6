using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Sending;
using OpenGradient.Support;

namespace OpenGradient.Relayer.Tests.Operations;

/// <summary>Operators watch for events by their numbers: each stands for one thing, in all that a relayer logs.</summary>
public sealed partial class EventIdTests
{
    private const int Range = 20;

    private static IReadOnlyList<(Type Log, int Id)> Events { get; } =
        [.. new[] { typeof(JobStore).Assembly, typeof(TransactionSender).Assembly }.SelectMany(assembly => assembly.GetTypes()).SelectMany(
            type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().Select(message => (type, message.EventId)))];

    [Fact]
    public void Each_log_has_a_range_of_its_own_and_each_number_one_meaning()
    {
        Assert.True(Events.Select(item => item.Log).Distinct().Count() >= 7, "Some logs were not found.");
        Assert.Empty(Events.GroupBy(item => item.Id).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(item => item.Log.Name))}"));
        Assert.Empty(
            Events.GroupBy(item => item.Id / Range).Where(range => range.DistinctBy(item => item.Log).Count() > 1)
                .Select(range => $"{range.Key * Range}: {string.Join(", ", range.Select(item => item.Log.Name).Distinct(StringComparer.Ordinal))}"));
    }

    [Fact]
    public async Task What_the_documents_say_to_watch_for_is_logged()
    {
        List<int> named = [];
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md"))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            named.AddRange(Named().Matches(text).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)));
        }

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Events.Select(item => item.Id)));
    }

    [GeneratedRegex(@"\(event (\d+)\)", RegexOptions.None, 1000)]
    private static partial Regex Named();
}
