namespace OpenGradient.Contracts.Keys;

/// <summary>How a registered key stands.</summary>
public enum KeyState : byte
{
    Unknown,

    /// <summary>Registered, and inside the time in which it can be vetoed.</summary>
    Pending,
    Active,
    Vetoed,

    /// <summary>The key itself, or anything it rests on. It never comes back.</summary>
    Revoked,

    /// <summary>Its time is over, or a newer key of its node has taken its place.</summary>
    Expired,
}
