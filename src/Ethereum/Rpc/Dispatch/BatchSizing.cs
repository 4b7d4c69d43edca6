namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// How many calls an endpoint takes in one message, as far as it has shown: fewer after a refusal, and twice as many again after enough full
/// messages that went well, since a refusal may have been a gateway's passing trouble. Decides, and does nothing.
/// </summary>
/// <param name="Most">What is never exceeded.</param>
/// <param name="Limit">The most calls in one message now; from 1 on.</param>
/// <param name="Proven">Full messages that went well since the limit last changed.</param>
/// <param name="Patience">How many of them it takes before more is tried. Doubled by each refusal, so that a firm limit is seldom tried.</param>
internal sealed record BatchSizing(int Most, int Limit, int Proven, int Patience)
{
    public const int LeastPatience = 32;
    public const int MostPatience = 4096;

    public BatchSizing(int most)
        : this(most, most, 0, LeastPatience)
    {
    }

    /// <summary>After a refusal for the number of calls, when this many would have been taken.</summary>
    public BatchSizing Refused(int taken)
    {
        var limit = Math.Max(1, taken);
        return limit >= Limit ? this : this with { Limit = limit, Proven = 0, Patience = Math.Min(Patience * 2, MostPatience) };
    }

    /// <summary>After a message that was not refused. One with fewer calls than the limit shows nothing about the limit.</summary>
    public BatchSizing Answered(int calls)
    {
        if (calls < Limit)
            return this;
        if (Limit == Most)
            return Patience == LeastPatience ? this : this with { Proven = 0, Patience = LeastPatience };

        return Proven + 1 < Patience
            ? this with { Proven = Proven + 1 }
            : this with { Limit = (int)Math.Min(Limit * 2L, Most), Proven = 0 };
    }
}
