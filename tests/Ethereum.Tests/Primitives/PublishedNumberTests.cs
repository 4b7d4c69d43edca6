using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Primitives;

public sealed class PublishedNumberTests
{
    [Fact]
    public void Reads_the_texts_of_the_published_suite_and_refuses_its_invalid_ones()
    {
        using var suite = PublishedSuite.Read("bignumber");
        var (read, refused) = (0, 0);
        foreach (var test in suite.RootElement.EnumerateArray())
        {
            // Cases that are JSON numbers test the precision of JavaScript's own; as text they are read here like any other.
            if (test.GetProperty("value") is not { ValueKind: JsonValueKind.String } text)
                continue;

            if (test.GetProperty("expectedValue").GetString() is { } expected)
            {
                Assert.Equal(Int256.Parse(expected), Int256.Parse(text.GetString()!));
                read++;
            }
            else
            {
                Assert.False(Int256.TryParse(text.GetString(), out _), text.GetString());
                refused++;
            }
        }

        Assert.Equal((20, 8), (read, refused));
    }
}
