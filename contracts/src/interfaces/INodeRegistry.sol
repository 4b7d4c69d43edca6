// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What a node does. A node has any set of these, as bits.
library Roles {
    uint8 internal constant INFERENCE = 1 << 0;
    uint8 internal constant TEE = 1 << 1;
    uint8 internal constant PROVER = 1 << 2;
    uint8 internal constant VERIFIER = 1 << 3;
    uint8 internal constant DATA = 1 << 4;
    uint8 internal constant STORAGE = 1 << 5;
    uint8 internal constant ALL = (1 << 6) - 1;
}

/// @notice One node as it stands. All amounts are in units of the stake token.
struct Node {
    /// The cold key: stakes, exits and sets the payee. The node's own address is the hot key that signs receipts.
    address operator;
    address payee;
    uint8 roles;
    /// All stake, with what is unbonding and what is locked.
    uint256 stake;
    /// Locked by liens and by challenges in progress.
    uint256 locked;
    uint256 unbonding;
    /// When the unbonding amount can be withdrawn; zero when nothing is unbonding.
    uint40 unbondedAt;
}

/// @title The register of nodes, their stake and their liens
/// @notice A node is a hot key with a stake. Every answer that rests on stake alone locks a part of it, a lien, until the answer is final,
/// or the settlement reverts: one stake never backs more than itself. Liens are kept in buckets by the hour in which they end.
/// @dev Time in liens is the hub's active time, which stands still while the hub is paused; the hub passes it in. The hub and the court are
/// trusted with liens up to their amount and never with the free stake; they are fixed at construction. Stake amounts of liens are
/// rounded up to `lienUnit`.
interface INodeRegistry {
    event NodeRegistered(
        address indexed node, address indexed operator, address payee, uint8 roles, string endpoint, string metadataUri
    );
    event NodeChanged(address indexed node, uint8 roles, string endpoint, string metadataUri);
    event PayeeChanged(address indexed node, address indexed formerPayee, address indexed payee);
    event OperatorOffered(address indexed node, address indexed operator, address indexed candidate);
    event OperatorAccepted(address indexed node, address indexed formerOperator, address indexed operator);
    event Staked(address indexed node, address indexed from, uint256 amount);
    event UnbondingStarted(address indexed node, uint256 amount, uint40 unbondedAt);
    event UnbondingCancelled(address indexed node, uint256 amount);
    event Withdrawn(address indexed node, address indexed to, uint256 amount);
    event LienLocked(address indexed node, uint256 amount, uint40 until);
    event LienHeld(address indexed node, uint256 amount, uint40 until);
    event LienReleased(address indexed node, uint256 amount);
    event Slashed(address indexed node, uint256 amount, address indexed by);

    error NodeExists(address node);
    error NodeUnknown(address node);
    error NodeSignatureInvalid(address node);
    error SignatureExpired(uint256 deadline);
    error NotOperator(address node, address caller);
    error NotCandidate(address node, address caller);
    error NotSettlement(address caller);
    error RolesInvalid(uint8 roles);
    error PayeeInvalid(address payee);
    error TextTooLong(uint256 length, uint256 most);
    error AmountInvalid(uint256 amount);
    error StakeTooSmall(uint256 free, uint256 needed);
    error StillUnbonding(uint40 unbondedAt);
    error NothingUnbonding();
    error LienTooLong(uint40 until, uint40 latest);
    error LienUnknown(address node, uint256 amount, uint40 until);
    error TokenTookFee(uint256 sent, uint256 received);

    /// @notice Registers a hot key under the caller, who is its operator from then on.
    /// @param node The hot key.
    /// @param payee Who is paid for what the node does.
    /// @param roles Bits of `Roles`.
    /// @param endpoint Where it can be reached; at most 256 bytes.
    /// @param metadataUri At most 256 bytes.
    /// @param deadline When the signature ends.
    /// @param signature The hot key's, under EIP-712, over (node, operator, deadline): nobody registers a key that is not theirs.
    function register(
        address node,
        address payee,
        uint8 roles,
        string calldata endpoint,
        string calldata metadataUri,
        uint256 deadline,
        bytes calldata signature
    ) external;

    function setNode(address node, uint8 roles, string calldata endpoint, string calldata metadataUri) external;

    /// @notice Only the operator names the payee: a stolen hot key cannot redirect what is earned.
    function setPayee(address node, address payee) external;

    function offerOperator(address node, address candidate) external;

    function acceptOperator(address node) external;

    /// @notice Adds stake from the caller's tokens. Anyone may; only the operator gets it out.
    function stake(address node, uint256 amount) external;

    /// @notice Takes free stake out of use. It can still be slashed for what was done before, and be withdrawn after `UNBONDING`.
    /// A second call adds to the amount and starts the time anew.
    function startUnbonding(address node, uint256 amount) external;

    function cancelUnbonding(address node) external;

    /// @notice Pays out what has unbonded, as far as no lien holds it, to the operator.
    function withdraw(address node) external returns (uint256 amount);

    /// @notice Locks free stake until an answer is final. Only the hub.
    /// @param node The node; it must be registered and not be without the role.
    /// @param role The role it acts in.
    /// @param payee Who the receipt says is paid; it must be the one that the operator named.
    /// @param amount Rounded up to `lienUnit`.
    /// @param until Active time; rounded up to the hour, at most `MAX_LIEN` from now.
    /// @param activeTime The hub's active time.
    function lockLien(address node, uint8 role, address payee, uint256 amount, uint40 until, uint40 activeTime) external;

    /// @notice Takes a lien out of its bucket and keeps it locked, whatever the time: its answer is challenged. Only the hub or the court.
    function holdLien(address node, uint256 amount, uint40 until, uint40 activeTime) external;

    /// @notice Sets a held lien free: the challenge failed. Only the hub or the court.
    function releaseHeld(address node, uint256 amount) external;

    /// @notice Takes at most a held lien from the stake and sends it to the caller, who distributes it. Only the hub or the court.
    function slashHeld(address node, uint256 held, uint256 slashed) external;

    /// @notice Draws different verifiers, each with a chance in proportion to its stake that is not unbonding.
    /// @dev The draw is over the register as it stands; whoever uses it keeps the result. Fewer than `size` come back where there are fewer.
    /// @param seed Randomness; the same seed and register give the same draw.
    /// @param size At most 16.
    /// @param excluded Not to be drawn, such as the node that is judged.
    function drawVerifiers(uint256 seed, uint256 size, address excluded) external view returns (address[] memory drawn);

    function nodeOf(address node) external view returns (Node memory);

    function payeeOf(address node) external view returns (address);

    function hasRole(address node, uint8 role) external view returns (bool);

    /// @notice Stake that new liens can lock, at this active time.
    function freeStakeOf(address node, uint40 activeTime) external view returns (uint256);

    /// @notice What is locked until an hour, given as active time in seconds at its end.
    function lienBucketOf(address node, uint40 hourEnd) external view returns (uint256);

    function lienUnit() external view returns (uint256);

    function stakeToken() external view returns (address);
}
