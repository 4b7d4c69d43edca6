namespace OpenGradient.PrivateRequests.Chunked;

/// <summary>Why a message in chunks is not opened. It is for the one who opens it: whoever sent it is told nothing of this.</summary>
public enum ChunkFault
{
    None = 0,

    /// <summary>It is to a key that this gateway does not have.</summary>
    KeyUnknown,

    /// <summary>It is of other algorithms than this gateway's.</summary>
    AlgorithmRefused,

    /// <summary>It ends before its final chunk, or within a chunk.</summary>
    Truncated,

    /// <summary>It holds more than the receiver takes.</summary>
    TooLarge,

    /// <summary>A chunk is not the one that was sealed here: changed, in another place, of another message, or with other associated data.</summary>
    NotAuthentic,
}
