namespace OpenGradient.Sending;

/// <summary>The boundaries of the stages: where tests let the process end, to see that nothing is lost or done twice.</summary>
internal enum Boundary
{
    Signed,
    Saved,
    Sent,
    Landed,
    ReplacementSaved,
    ReceiptsRead,
    Confirmed,
    FinalRead,
    Finalised,
}
