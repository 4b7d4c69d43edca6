#!/bin/sh
# Drops each check of the attestation verifier, one place in its source after the other, and asks which case under the emulated root notices.
# It works in a copy, in which what refuses can be told to look away; the program itself has no such switch.
# Needs a Release build of tests/Attestation.Tests. Exit code 1 when a check can go unnoticed, or no case reaches it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cd "$root"
tar cf - --exclude=.git --exclude=node_modules --exclude=contracts --exclude=.og --exclude=models . | tar xf - -C "$copy"
cd "$copy"

cat > src/Attestation/Verdicts/Findings.cs <<'SOURCE'
using System.Runtime.CompilerServices;

namespace OpenGradient.Attestation.Verdicts;

internal sealed class Findings(DateTimeOffset at)
{
    private readonly List<Reason> _reasons = [];

    public static string? Dropped { get; set; }

    public static SortedSet<string> Places { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset At { get; } = at;

    public IReadOnlyList<Reason> Reasons => _reasons;

    public DateTimeOffset? ValidFrom { get; private set; }

    public DateTimeOffset? ValidTo { get; private set; }

    public bool IsGenuine => _reasons.TrueForAll(reason => reason.Check.ClassOf() != CheckClass.Authenticity);

    public void Refuse(Check check, string subject, string detail, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var place = $"{Path.GetFileName(file)}:{line} {check}";
        Places.Add(place);
        if (place != Dropped)
            _reasons.Add(new Reason(check, subject, detail));
    }

    public bool Require(bool holds, Check check, string subject, string detail, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (holds)
            return true;
        Refuse(check, subject, detail, file, line);
        return $"{Path.GetFileName(file)}:{line} {check}" == Dropped;
    }

    public bool RequireWindow(
        DateTimeOffset from, DateTimeOffset to, Check check, string subject, DateTimeOffset? at = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ValidFrom = ValidFrom is { } latest && latest > from ? latest : from;
        ValidTo = ValidTo is { } earliest && earliest < to ? earliest : to;
        return Require((at ?? At) >= from && (at ?? At) <= to, check, subject, "window", file, line);
    }
}
SOURCE

mkdir -p tests/Attestation.Tests/Mutants
cat > tests/Attestation.Tests/Mutants/MutantTests.cs <<'SOURCE'
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Tests.Emulated;
using OpenGradient.Attestation.Tests.Negatives;
using OpenGradient.Attestation.Tests.Vectors;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Tests.Mutants;

public sealed class MutantTests
{
    [Fact]
    public void Every_dropped_check_is_noticed()
    {
        var cases = DcapNegatives.All.Concat(OtherNegatives.All).Select(item => (Case: item, Evidence: item.Build())).ToList();
        Dictionary<string, List<NegativeCase>> refusals = new(StringComparer.Ordinal);
        foreach (var (item, evidence) in cases)
        {
            Findings.Places.Clear();
            Assert.Empty(Misses(item, evidence));
            foreach (var place in Findings.Places)
            {
                if (!refusals.TryGetValue(place, out var seen))
                    refusals.Add(place, seen = []);
                seen.Add(item);
            }
        }

        List<string> unnoticed = [];
        foreach (var (place, refused) in refusals)
        {
            Findings.Dropped = place;
            if (!cases.Where(pair => refused.Contains(pair.Case)).Any(pair => Misses(pair.Case, pair.Evidence).Any()))
                unnoticed.Add(place);
        }

        Findings.Dropped = null;
        var sources = Directory.EnumerateFiles(OpenGradient.Support.Repository.PathOf("src", "Attestation"), "*.cs", SearchOption.AllDirectories)
            // What is kept is looked at by tests of the archive.
            .Where(path => !path.EndsWith("CollateralInspector.cs", StringComparison.Ordinal));
        var written = sources.SelectMany(path => File.ReadLines(path).Index().Where(line => line.Item.Contains("findings.Require", StringComparison.Ordinal) || line.Item.Contains("findings.Refuse", StringComparison.Ordinal))
            .Select(line => $"{Path.GetFileName(path)}:{line.Index + 1}")).ToList();
        var unreached = written.Except(refusals.Keys.Select(place => place.Split(' ')[0])).ToList();
        File.WriteAllText(
            OpenGradient.Support.Repository.PathOf("mutants.txt"),
            $"{written.Count} places in the source, {unreached.Count} reached by no case; {refusals.Count} checks in them, {unnoticed.Count} dropped unnoticed\n{string.Join('\n', unreached.Concat(unnoticed))}\n---\n{string.Join('\n', refusals.Keys.Order(StringComparer.Ordinal))}\n");
        Assert.Empty(unreached);
        Assert.Empty(unnoticed);
    }

    private static IEnumerable<Check> Misses(NegativeCase item, OpenGradient.Attestation.Emulated.EmulatedEvidence evidence)
    {
        Verdict? verdict = null;
        try
        {
            verdict = EmulatedWorld.Verify(evidence, item.Policy, item.Expectations, EmulatedWorld.At + item.Later, item.Anchors);
        }
        catch (Exception)
        {
            // What was to be refused is used, and breaks what builds upon it: a test notices that as well.
        }

        if (verdict is null || TeeVectors.ChecksOf(verdict) is not [var check] || check != item.Check)
            yield return item.Check;
    }
}
SOURCE
dotnet restore tests/Attestation.Tests > /dev/null
dotnet build src/Attestation -c Release --no-restore --no-dependencies -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false -v:q > build.log 2>&1 || { cat build.log; exit 2; }
dotnet build tests/Attestation.Tests -c Release --no-restore --no-dependencies -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false -v:q > build.log 2>&1 || { cat build.log; exit 2; }
status=0
dotnet tests/Attestation.Tests/bin/Release/net10.0/OpenGradient.Attestation.Tests.dll --filter-class '*MutantTests' > test.log 2>&1 || status=1
cat mutants.txt 2>/dev/null || tail -40 test.log
exit $status
