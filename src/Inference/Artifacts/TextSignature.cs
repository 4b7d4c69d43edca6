using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Artifacts;

/// <summary>
/// The signature of text models: "prompt" goes in, and where the version wants one "system" too; "text" comes out. Each is UINT8 of one dynamic axis, and holds
/// UTF-8.
/// </summary>
public static class TextSignature
{
    public const string Prompt = "prompt";
    public const string System = "system";
    public const string Text = "text";

    public static ModelSignature WithoutSystem { get; } = ModelSignature.Create([Of(Prompt)], [Of(Text)]);

    public static ModelSignature WithSystem { get; } = ModelSignature.Create([Of(Prompt), Of(System)], [Of(Text)]);

    private static TensorSignature Of(string name) => new(name, DataType.Uint8, [new Axis(0, "bytes")]);
}
