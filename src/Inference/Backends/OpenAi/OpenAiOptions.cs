using System.ComponentModel.DataAnnotations;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Backends.OpenAi;

/// <summary>A server with the API of chat completions.</summary>
public sealed record OpenAiOptions
{
    public const int DefaultTimeLimitMs = 120_000;
    public const int DefaultPromptBytes = 64 << 10;

    /// <summary>Where <c>chat/completions</c> is found: <c>http://127.0.0.1:8000/v1/</c>, say. It must end with a slash.</summary>
    public required Uri Address { get; init; }

    /// <summary>The versions that it runs, by their ids, and what it calls each; null where it calls the model as the version does.</summary>
    public required IReadOnlyDictionary<Hash32, string?> Models { get; init; }

    /// <summary>Sent as a bearer token; a secret.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How long the server may take, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int TimeLimitMs { get; init; } = DefaultTimeLimitMs;

    /// <summary>The longest question, in bytes of text: servers are paid by its length, and requesters pay by the question.</summary>
    [Range(1, 1 << 26)]
    public int MaxPromptBytes { get; init; } = DefaultPromptBytes;

    /// <summary>The longest answer, in bytes of JSON.</summary>
    [Range(1, 1 << 28)]
    public int MaxAnswerBytes { get; init; } = 4 << 20;

    /// <summary>Throws where a value is out of its range.</summary>
    public OpenAiOptions Validated()
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        return Address.IsAbsoluteUri && Address.AbsolutePath.EndsWith('/')
            ? this
            : throw new ValidationException("The address of a server of chat completions is absolute and ends with a slash.");
    }

    // The key never reaches a log.
    public override string ToString() => $"{nameof(OpenAiOptions)} {{ {nameof(Models)} = {Models.Count} }}";
}
