using OpenGradient.Cli.Up.Attesting;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Cli.Up.Scenes.Proven;
using OpenGradient.Samples.Data;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>What is played on a local network, all of it at once.</summary>
internal static class AllScenes
{
    private const int ShownDigit = 7;
    private const int OtherDigit = 3;
    private const int ProvenTogether = 8;

    public static IReadOnlyList<IScene> For(Checkout checkout, UpState state, SampleLibrary library, LocalAttestation attestation, LocalNode attested, LocalRelay relay)
    {
        var digit = DigitData.ReadHeldOut(checkout.PathOf("node_modules"), ShownDigit)[0];
        List<IScene> scenes =
        [
            // Their time begins to run when they ask: they come before the others.
            new UnderpaidScene(),
            new ExpiredScene(),
            // Takes the longest.
            new JudgedScene(digit, DigitData.ReadHeldOut(checkout.PathOf("node_modules"), OtherDigit)[0]),
            new AnsweredScene("volatility", () => ExampleQuestions.Returns()),
            new AnsweredScene("volatility-integer", () => ExampleQuestions.QuantisedReturns()),
            new AnsweredScene("digits-mlp", () => ExampleQuestions.Pixels(digit), ExampleQuestions.DigitIn),
            new AnsweredScene("digits-mlp-integer", () => ExampleQuestions.Bytes(digit), ExampleQuestions.DigitIn),
            new AnsweredScene("digits-cnn", () => ExampleQuestions.Image(digit), ExampleQuestions.DigitIn),
        ];
        if (library.Models.Any(model => model.Name == SampleLibrary.SileroName))
            scenes.Add(new AnsweredScene(SampleLibrary.SileroName, () => ExampleQuestions.Sound()));
        scenes.AddRange(
        [
            new ProvenScene("digits-mlp-integer", [ExampleQuestions.Bytes(digit)], ExampleQuestions.DigitIn),
            new ProvenScene("volatility-integer", [.. Enumerable.Range(0, ProvenTogether).Select(ExampleQuestions.QuantisedReturns)]),
        ]);
        var privately = new PrivateScene(attestation, relay, attested);
        scenes.AddRange([privately, new AttestedScene(state, attestation, attested, privately), new DeliveredScene(), new RedeliveredScene(), new UnrunnableScene(), new ForgedScene()]);
        return scenes;
    }
}
