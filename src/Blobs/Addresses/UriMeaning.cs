namespace OpenGradient.Blobs.Addresses;

/// <summary>What a uri means to this node.</summary>
public abstract record UriMeaning
{
    private UriMeaning()
    {
    }

    /// <summary><c>blob:</c>: any configured place.</summary>
    public sealed record Anywhere : UriMeaning;

    /// <summary>A place of its own.</summary>
    public sealed record Place(IBlobSource Source) : UriMeaning;

    /// <summary>Nothing that this node would ask.</summary>
    /// <param name="Shown">The uri, shortened, in one line and without what may be a credential.</param>
    /// <param name="Reason">For people.</param>
    public sealed record Refused(string Shown, string Reason) : UriMeaning;
}
