namespace OpenGradient.PrivateRequests.Messages;

/// <summary>How private requests travel over HTTP.</summary>
public static class PrivateMedia
{
    /// <summary>An envelope, and a request in chunks.</summary>
    public const string Request = "message/ai-relay-private-req";

    /// <summary>An answer in chunks.</summary>
    public const string Response = "message/ai-relay-private-res";

    /// <summary>Where requests are sent to.</summary>
    public const string RequestsPath = "/private/v1/requests";

    /// <summary>Where a node's keys and their evidence are, by its address.</summary>
    public const string NodesPath = "/private/v1/nodes/";

    /// <summary>A request is as long as this at most: the largest question, what its chunks add, and its envelope.</summary>
    public const int MaxRequestBytes = (17 << 20) + PrivateEnvelope.Bytes;

    /// <summary>An answer is as long as this at most, with everything that seals and pads it: a gateway that has more to say refuses, before a relay or a client cuts it off.</summary>
    public const int MaxAnswerBytes = 18 << 20;

    /// <summary>The type of the problem where the key is not the gateway's any more (RFC 9458, section 5.3).</summary>
    public const string KeyProblem = "https://iana.org/assignments/http-problem-types#ohttp-key";

    /// <summary>The type of the problem where the clocks differ too much (RFC 9458, section 6.5.1).</summary>
    public const string DateProblem = "https://iana.org/assignments/http-problem-types#date";
}
