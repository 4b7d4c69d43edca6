using System.Globalization;
using OpenGradient.Blobs.S3;

namespace OpenGradient.Blobs.Tests.S3;

/// <summary>The examples that Amazon publishes: those of S3's manual, and of the test suite for the signature.</summary>
public sealed class SignatureV4Tests
{
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // S3's manual: "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
    private static readonly S3Credentials Manual = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static readonly SigningScope ManualScope = new(At("2013-05-24T00:00:00Z"), "us-east-1", "s3");

    // aws-sig-v4-test-suite.
    private static readonly S3Credentials Suite = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static readonly SigningScope SuiteScope = new(At("2015-08-30T12:36:00Z"), "us-east-1", "service");

    public static TheoryData<string, string, string, string[], string, string> ManualExamples => new()
    {
        {
            "GET", "/test.txt", "", ["range:bytes=0-9"], Empty,
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        },
        {
            "PUT", "/test$file.text", "", ["date:Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class:REDUCED_REDUNDANCY"],
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        },
        { "GET", "/", "lifecycle=", [], Empty, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543" },
        { "GET", "/", "prefix=J&max-keys=2", [], Empty, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7" },
    };

    public static TheoryData<string, string, string, string[], string> SuiteExamples => new()
    {
        { "GET", "/", "", [], "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
        { "POST", "/", "", [], "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
        { "GET", "/", "Param2=value2&Param1=value1", [], "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500" },
        { "GET", "/", "", ["My-Header1: value1", "My-Header2: \"a   b   c\""], "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736" },
        { "GET", "/%E1%88%B4", "", [], "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85" },
    };

    [Theory]
    [MemberData(nameof(ManualExamples))]
    public void Signs_as_the_manual_of_s3_shows(string method, string path, string query, string[] headers, string payloadHash, string signature)
    {
        var request = new CanonicalRequest(
            method, S3Names.Encode(path, keepSlashes: true), Pairs(query, '&', '='),
            [
                new("Host", "examplebucket.s3.amazonaws.com"), new("x-amz-content-sha256", payloadHash), new("x-amz-date", "20130524T000000Z"),
                .. headers.SelectMany(header => Pairs(header, '\n', ':')),
            ],
            payloadHash);

        var authorization = SignatureV4.Authorize(request, Manual, ManualScope);

        Assert.StartsWith(
            $"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders={request.SignedHeaders}, ",
            authorization, StringComparison.Ordinal);
        Assert.EndsWith($"Signature={signature}", authorization, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SuiteExamples))]
    public void Signs_as_the_test_suite_does(string method, string path, string query, string[] headers, string signature)
    {
        var request = new CanonicalRequest(
            method, path, Pairs(query, '&', '='),
            [new("Host", "example.amazonaws.com"), new("X-Amz-Date", "20150830T123600Z"), .. headers.SelectMany(header => Pairs(header, '\n', ':'))],
            Empty);

        Assert.EndsWith($"Signature={signature}", SignatureV4.Authorize(request, Suite, SuiteScope), StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_to_sign_is_that_of_the_manual()
    {
        var request = new CanonicalRequest(
            "GET", "/test.txt", [],
            [
                new("Host", "examplebucket.s3.amazonaws.com"), new("Range", "bytes=0-9"), new("x-amz-content-sha256", Empty),
                new("x-amz-date", "20130524T000000Z"),
            ],
            Empty);

        Assert.Equal(
            $"GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\nx-amz-content-sha256:{Empty}\nx-amz-date:20130524T000000Z\n\n"
            + $"host;range;x-amz-content-sha256;x-amz-date\n{Empty}",
            request.Text);
        Assert.Equal(
            "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
            SignatureV4.StringToSign(request, ManualScope));
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string text, char between, char within) =>
        text.Split(between, StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(within, 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]));
}
