// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAgreement} from "./IAgreement.sol";
import {Finding} from "./IEvidenceVerifier.sol";
import {Submission} from "./IInferenceHub.sol";
import {Case, CaseStage, Challenge, Member, Vote} from "../types/Case.sol";
import {CourtParameters, CourtParts} from "../types/CourtConfig.sol";
import {RequestId, VersionId} from "../types/Ids.sol";
import {Ask, Settlement} from "../types/Request.sol";

/// @title The court: judges answers that are not final
/// @notice Where a version is `Integer` and has a proof verifier, a proof of another output decides: one transaction, no bond, no vote.
///
/// Otherwise, where it is `Float`, or `Integer` without a verifier, a committee does:
///
///     sealChallenge -> openCase -> summon -> sealVote, by all or for `phase` -> revealVote, by all or for `phase` -> judge
///
/// Five verifiers are drawn by stake; each runs the input for itself. The node's answer is overturned if at least four of them disagree with
/// it and agree on another one; otherwise it is upheld, and is final. The answer that they agree on need not be the challenger's: so nobody
/// saves a wrong answer by challenging it with another wrong one before somebody else does.
///
/// `None` is not judged, nor is a private request, whose input a case would publish. An answer is before a committee at most once.
///
/// Money. A challenger brings five fees, one for each seat, and a deposit in proportion to the lien in question. Members that reveal earn
/// their fee whatever they found. If the answer is overturned deposit and unearned fees go back, and the hub shares out the lien; if it is
/// upheld they go to the node's payee. A member that does not reveal loses a share of its stake, which is burned. The fee of a seat for which
/// there was nobody goes back in any case. All money is paid into balances here and withdrawn from there.
///
/// Who could gain otherwise:
/// - Copying a challenge: what is sealed does not show which answer it is about; it is opened only by whom it names; and of two that say the
///   same the older seal takes the place of the younger, if that was opened first. Copying a proof: it absorbs its challenger.
///   That stops the bytes, and nobody from proving the same anew, which anybody can who has the weights: send proofs where nobody sees them.
/// - Taking an honest challenger's reward away, by an older seal of nonsense: it takes over only what it agrees with. A node that opens a
///   case against itself first, with nonsense, does so, and brings itself before a committee that nobody else would have called.
/// - Holding seals in stock, for the moment at which somebody opens a case: each costs its bond when its time is over.
/// - Challenging oneself: with the right answer it costs at least seven tenths of the lien (half is burned, a fifth is the requester's), with
///   a wrong one the whole, since the challenger's three tenths are burned then.
/// - Copying a member's answer: a seal names its member; it is revealed when none can be sealed any more.
/// - Finding one thing rather than another: members earn the same for whatever they find.
/// @dev Warning: four of five members decide, whether or not they are right. That rests on most of the stake of verifiers being honest, and on
/// honest members really running the input: they see what the node and the challenger say, and copying the one or the other costs nothing.
/// @dev Warning: the committee is drawn by a block's hash. Whoever makes that block can keep it back and so draw again, once per block that
/// they make. See docs/security.md.
/// @dev Warning: a version whose commitment nobody can prove against has a verifier too, and so no committee: its answers stand unjudged.
/// @dev Warning: where there are fewer than four verifiers nobody is judged: a case ends for the node.
/// @dev Times are the chain's, not the hub's active time: a case goes on during a pause.
interface IChallengeCourt is IAgreement {
    event Deposited(address indexed account, address indexed from, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event Burned(uint256 amount);

    event ChallengedByProof(RequestId indexed requestId, address indexed challenger, bytes32 provenOutput);
    /// @notice A receipt that this key signed was contradicted by a proof. The key is revoked.
    event KeyContradicted(RequestId indexed requestId, address indexed node, address indexed signer, bytes32 provenOutput);

    event ChallengeSealed(address indexed challenger, bytes32 indexed seal, uint256 bond);
    /// @notice Used up, and its bond is back: it opened or took over its request's case, or came too late for that.
    event SealWithdrawn(address indexed challenger, bytes32 indexed seal, RequestId indexed requestId);
    event SealForfeited(address indexed challenger, bytes32 indexed seal, uint256 bond);
    event CaseOpened(
        RequestId indexed requestId,
        address indexed challenger,
        uint256 deposit,
        bytes32 otherCommit,
        bytes otherOutput,
        bytes input
    );
    /// @notice An older seal of the same output was opened after all.
    event CaseTakenOver(RequestId indexed requestId, address indexed challenger, address indexed formerChallenger);
    /// @notice The committee can be drawn once this block is over.
    event CaseArmed(RequestId indexed requestId, uint48 seedBlock);
    /// @notice The bytes of the node's answer, for whoever has to compare with them.
    event OutputShown(RequestId indexed requestId, bytes output);
    /// @param revealsFrom When sealing ends at the latest.
    event CommitteeDrawn(RequestId indexed requestId, Member[] members, uint40 revealsFrom);
    event VoteSealed(RequestId indexed requestId, address indexed member, bytes32 seal);
    event RevealsBegan(RequestId indexed requestId, uint40 revealsFrom);
    /// @param standing What the vote counts for, see `Standings`.
    event VoteRevealed(RequestId indexed requestId, address indexed member, bytes32 outputCommit, uint8 standing, bytes output);
    event SilenceSlashed(RequestId indexed requestId, address indexed member, uint256 amount);
    /// @notice Nobody has drawn a committee. The fees are burned; `CaseEnded` follows.
    event CaseLapsed(RequestId indexed requestId, uint256 fees);
    /// @param standing What the verdict stands for: `Standings.NODE` where the answer was upheld.
    /// @param standers How many members stand for it; where it was upheld, how many stand for no other answer.
    event CaseEnded(RequestId indexed requestId, address indexed challenger, uint8 standing, uint256 standers);

    error ConfigInvalid(string what);
    error BalanceTooSmall(uint256 balance, uint256 amount);
    error TokenTookFee(uint256 sent, uint256 received);
    error RecipientInvalid(address to);
    error NothingToBurn();

    error NotProvable(VersionId versionId);
    error NoContradiction(bytes32 outputCommit, bytes32 provenOutput);
    error ProofRefused();
    error ReceiptRefused(Finding finding);

    error SealExists(bytes32 seal);
    error SealUnknown(bytes32 seal);
    error SealTooYoung(uint256 sealBlock);
    error SealExpired(uint256 until);
    error SealNotExpired(uint256 until);

    error NotDisputable(VersionId versionId);
    error RequestIsPrivate(RequestId requestId);
    error BytesTooLong(uint256 length, uint256 most);
    error InputMismatch(bytes32 committed);
    /// @notice The bytes are not what the commitment is of, or are missing.
    error OutputMismatch(bytes32 committed);
    /// @notice The output is no encoding of finite numbers of at most 4096 bytes: no answer would agree with it.
    error OutputNotComparable();
    error AnswersAgree();
    /// @notice An older seal, or one of the same block, has opened the case. The bond can be had back by `withdrawSeal`.
    error OlderSealStands(RequestId requestId, uint256 sealBlock);
    /// @notice The case was opened with an output that this one does not agree with. The bond can be had back by `withdrawSeal`.
    error OtherClaimStands(RequestId requestId);
    error WrongStage(RequestId requestId, CaseStage stage);
    error SeedNotThere(uint256 seedBlock);
    error SummonOver(uint256 until);
    error SummonNotOver(uint256 until);

    error NotMember(RequestId requestId, address caller);
    error SealingOver(uint256 revealsFrom);
    error SealingNotOver(uint256 revealsFrom);
    error RevealingOver(uint256 until);
    error VotingNotOver(uint256 until);
    error AlreadySealed(address member);
    error NotSealed(address member);
    error AlreadyRevealed(address member);
    error VoteMismatch(bytes32 seal);

    /* Balances */

    /// @notice Adds to a balance: bonds, fees and deposits come from there.
    function deposit(address account, uint256 amount) external;

    /// @notice Takes out of the caller's balance.
    function withdraw(address to, uint256 amount) external;

    /// @notice Sends what was forfeited to the address that nobody has.
    function burn() external returns (uint256 amount);

    /* Proofs */

    /// @notice Overturns an answer of a provable version by a proof of another output, which takes its place. A failure can be contradicted
    /// too. If the request asked for `Attested`, the key that signed is revoked.
    /// @dev Not where the request asked for `Signed` and an attested receipt was put behind the answer later (`raiseToAttested`): the settlement names the
    /// node and key epoch that settled it, and not whose receipt came later. Whoever has that receipt, which the raise's calldata shows, revokes its
    /// key by `contradict`.
    /// @param proof Of `provenOutput` for the request's input; it absorbs `challengeDigestOf` the caller.
    function challengeWithProof(Ask calldata ask, Settlement calldata settlement, bytes32 provenOutput, bytes calldata proof)
        external;

    /// @notice Revokes the key of an `Attested` receipt of a provable version that a proof contradicts, whatever became of the receipt: it may
    /// never have been settled. Anyone may. The key must be valid still: one that is expired or revoked signs nothing any more.
    /// @param submission The receipt with its request; terms and output do not matter.
    /// @param proof It absorbs `contradictionDigestOf` the request, and pays nobody.
    function contradict(Submission calldata submission, bytes32 provenOutput, bytes calldata proof) external;

    /* Seals */

    /// @notice Seals a challenge, against a bond from the caller's balance.
    /// @param seal `sealOf` the challenge. Each can be used once at a time.
    function sealChallenge(bytes32 seal) external;

    /// @notice Gives the bond of a seal back whose request is before a committee already.
    function withdrawSeal(RequestId requestId, bytes32 otherCommit, bytes32 salt) external;

    /// @notice Takes the bond of a seal that was not opened in time. Anyone may.
    function forfeitSeal(address challenger, bytes32 seal) external;

    /* Cases */

    /// @notice Opens a case, in a later block than its seal and within `sealTime` of it, while the answer is not final. Until the committee is
    /// drawn an older seal of an output that agrees with the challenger's takes its place, and its money goes back whole: nothing else of the
    /// case changes.
    function openCase(Ask calldata ask, Settlement calldata settlement, Challenge calldata challenge) external;

    /// @notice Shows the bytes of the node's answer, while members seal at the latest: as long as they are unknown that takes a whole `phase`.
    /// Anyone may; the node should: where they stay unknown, an answer is compared with its commitment, and agrees with nothing that is not
    /// equal to the bit. At most 4096 bytes, since longer ones agree with nothing either.
    function showOutput(RequestId requestId, bytes calldata output) external;

    /// @notice Draws the committee, or prepares another draw where the prepared one can no longer be made: its block's hash is forgotten, or
    /// its hour is over. Anyone may, within `SUMMON_TIME`. Where there are fewer than four verifiers the case ends, and the challenger gets
    /// everything back.
    /// @dev Stakes count as of the beginning of the hour, and the block comes after it: neither can be met by the other.
    function summon(Ask calldata ask, Settlement calldata settlement) external;

    /// @notice Ends a case for the node for which nobody has drawn a committee. The fees are burned, the deposit goes to the node's payee. Anyone may.
    function lapse(Ask calldata ask, Settlement calldata settlement) external;

    /// @notice Seals a member's answer. The caller is the member's hot key.
    /// @param seal `voteSealOf` the answer.
    function sealVote(RequestId requestId, bytes32 seal) external;

    /// @notice Reveals a member's answer. The caller is the member's hot key. An answer that is compared number by number comes with its bytes: who
    /// does not want to show any seals zero.
    /// @dev It counts for the node where it agrees with the node's answer or cannot be compared, else for the first of the answers against
    /// the node's that it agrees with, else for itself. Whoever misses one in `rivals`, since it was revealed just before, tries again.
    function revealVote(RequestId requestId, Vote calldata vote) external;

    /// @notice Ends a case once all members that sealed have revealed, or their time is over. Anyone may.
    function judge(Ask calldata ask, Settlement calldata settlement) external;

    /* Views */

    function balanceOf(address account) external view returns (uint256);

    /// @notice What was forfeited and not burned yet.
    function forfeited() external view returns (uint256);

    /// @notice All zero where there is none.
    function caseOf(RequestId requestId) external view returns (Case memory);

    function membersOf(RequestId requestId) external view returns (Member[] memory);

    /// @notice When a seal was made; zero for one that is not there, or not any more.
    function sealedAt(address challenger, bytes32 seal) external view returns (uint40 time, uint48 blockNumber);

    /// @notice What a challenger brings beside its seal's bond, for a lien.
    function stakesFor(uint256 lien) external view returns (uint256 fees, uint256 deposit);

    /// @notice What a challenger seals.
    /// @param otherCommit keccak256 of the other output, or the hub's `FAILURE`.
    /// @param salt 32 random bytes: they hide the rest.
    function sealOf(address challenger, RequestId requestId, bytes32 otherCommit, bytes32 salt) external view returns (bytes32);

    /// @notice What a member seals.
    /// @param outputCommit As in `Vote`.
    /// @param salt 32 random bytes: they hide the answer.
    function voteSealOf(RequestId requestId, address member, bytes32 outputCommit, bytes32 salt) external view returns (bytes32);

    /// @notice What a challenger's proof absorbs in place of a receipt.
    function challengeDigestOf(RequestId requestId, address challenger) external view returns (bytes32);

    /// @notice What a proof absorbs that only revokes a key.
    function contradictionDigestOf(RequestId requestId) external view returns (bytes32);

    function parts() external view returns (CourtParts memory);

    function parameters() external view returns (CourtParameters memory);

    /// @notice Seats of a committee, and how many of them overturn an answer.
    function SEATS() external view returns (uint256);

    function MAJORITY() external view returns (uint256);

    /// @notice The longest input, or output, in bytes that a case takes.
    function MAX_BYTES() external view returns (uint256);

    /// @notice How long a committee can be drawn.
    function SUMMON_TIME() external view returns (uint40);
}
